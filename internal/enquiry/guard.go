package enquiry

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// How the public form keeps machines out without asking anybody else. Nobody is
// refused for looking suspicious: he is asked to confirm, which costs a machine
// work or time, and only a flood is stopped.
const (
	quickest   = 3 * time.Second // nobody reads and fills the form faster
	stale      = 24 * time.Hour  // a form drawn before that is drawn again
	calm       = 5               // questions an hour from one place before one must confirm
	flood      = 20              // and before none is taken
	busy       = 100             // questions an hour to one area before everyone must confirm
	confirmIn  = 15 * time.Second
	difficulty = 16 // leading zero bits: about a second of a phone's work
)

// Sender is what is known of somebody who sends the public form.
type Sender struct {
	Address string // the peer's IP address
	Stamp   string // what NewStamp gave when the form was drawn
	Trap    string // what stands in the field that people do not see
	Answer  string // to the challenge: a number found by work; may be empty
	Again   string // the challenge that is being confirmed; "" the first time
}

// Verdict says what to do with a sent form.
type Verdict int

// The verdicts.
const (
	Take    Verdict = iota // it is a person's
	Confirm                // it may be a machine's: ask once more
	Redraw                 // the form is too old or not ours: draw it again, filled
)

// NewStamp makes the hidden mark of a form for an area: when it was drawn, signed.
func (s *Service) NewStamp(ctx context.Context, area hub.ID) (string, error) {
	key, err := s.key(ctx)
	if err != nil {
		return "", err
	}
	return sign(key, "form", string(area), s.clock.Now()), nil
}

// NewChallenge makes the mark of a form that is to be confirmed. It is answered by
// a number n such that SHA-256 of "challenge:n" begins with Difficulty zero bits,
// or by waiting Patience before sending it.
func (s *Service) NewChallenge(ctx context.Context, area hub.ID) (string, error) {
	key, err := s.key(ctx)
	if err != nil {
		return "", err
	}
	return sign(key, "confirm", string(area), s.clock.Now()), nil
}

// Difficulty and Patience are what a challenge asks for: work, or time.
const (
	Difficulty = difficulty
	Patience   = confirmIn
)

// Judge looks at a sent form before it is taken, and counts it. A flood from one
// place is Unavailable.
func (s *Service) Judge(ctx context.Context, area hub.ID, x Sender) (Verdict, error) {
	key, err := s.key(ctx)
	if err != nil {
		return Take, err
	}
	drawn, ok := signed(key, "form", string(area), x.Stamp)
	now := s.clock.Now()
	if !ok || now.Sub(drawn) > stale {
		return Redraw, nil
	}
	here, err := s.count(ctx, "place:"+place(x.Address))
	if err != nil {
		return Take, err
	}
	if here > flood {
		return Take, hub.Errorf(hub.Unavailable, "enquiry.error_flood")
	}
	all, err := s.count(ctx, "area:"+string(area))
	if err != nil {
		return Take, err
	}
	if x.Again != "" && s.confirmed(key, area, x, now) {
		return Take, nil
	}
	if x.Trap != "" || now.Sub(drawn) < quickest || here > calm || all > busy {
		return Confirm, nil
	}
	return Take, nil
}

// confirmed reports whether the challenge was answered, by work or by waiting.
func (s *Service) confirmed(key []byte, area hub.ID, x Sender, now time.Time) bool {
	made, ok := signed(key, "confirm", string(area), x.Again)
	if !ok || now.Sub(made) > stale {
		return false
	}
	return now.Sub(made) >= confirmIn || worked(x.Again, x.Answer)
}

// worked reports whether a number answers the challenge.
func worked(challenge, answer string) bool {
	if _, err := strconv.ParseUint(answer, 10, 53); err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(challenge + ":" + answer))
	zeros := 0
	for _, b := range sum {
		zeros += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return zeros >= difficulty
}

// sign writes a moment and a random word for a purpose, with their signature.
func sign(key []byte, purpose, about string, at time.Time) string {
	var salt [6]byte
	_, _ = rand.Read(salt[:]) // crypto/rand never fails on supported systems
	text := strconv.FormatInt(at.UnixMilli(), 36) + "." + hex.EncodeToString(salt[:])
	return text + "." + seal(key, purpose, about, text)
}

func seal(key []byte, purpose, about, text string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(purpose + "\x00" + about + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}

func signed(key []byte, purpose, about, stamp string) (at time.Time, ok bool) {
	i := strings.LastIndexByte(stamp, '.')
	if i < 0 || !hmac.Equal([]byte(stamp[i+1:]), []byte(seal(key, purpose, about, stamp[:i]))) {
		return at, false
	}
	ms, _, _ := strings.Cut(stamp, ".")
	n, err := strconv.ParseInt(ms, 36, 64)
	return time.UnixMilli(n), err == nil
}

// key is the secret by which the installation knows its own forms, the same on
// every server of it.
func (s *Service) key(ctx context.Context) (key []byte, err error) {
	const name = "enquiry.form_key"
	var text string
	read := func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, "select value from setting where key = $1", name).Scan(&text)
	}
	if err = s.db.Read(ctx, read); errors.Is(err, db.ErrNoRows) {
		var b [32]byte
		_, _ = rand.Read(b[:])
		err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.Exec(ctx, "insert into setting (key, value) values ($1, $2) on conflict (key) do nothing", name, hex.EncodeToString(b[:])); err != nil {
				return err
			}
			return read(ctx, tx)
		})
	}
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(text)
}

// count counts one more in the present hour and gives the number. What is counted
// is kept as a hash, and forgotten after an hour.
func (s *Service) count(ctx context.Context, what string) (n int, err error) {
	sum := sha256.Sum256([]byte(what))
	id := hex.EncodeToString(sum[:16])
	now := db.Millis(s.clock.Now())
	hour := time.Hour.Milliseconds()
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from enquiry_throttle where since < $1", now-hour); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into enquiry_throttle (id, n, since) values ($1, 1, $2)
			on conflict (id) do update set n = enquiry_throttle.n + 1`, id, now); err != nil {
			return err
		}
		n, err = db.Scalar[int](tx.QueryRow(ctx, "select n from enquiry_throttle where id = $1", id))
		return err
	})
	return n, err
}

// place is where an address comes from: itself, or the /64 that one customer has.
func place(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
