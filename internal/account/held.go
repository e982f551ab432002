package account

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// HeldFor is how long a form waits that came after its session had ended.
const HeldFor = time.Hour

const maxHeld = 1 << 20 // bytes of one form

// HeldForm is what somebody sent, to be shown to him again: nothing of it is done
// until he sends it again.
type HeldForm struct {
	Action string     // where it was sent
	Values url.Values // without passwords and files
}

// Hold keeps a form that came with the token of a session that has ended, for the
// account whose session it was, and gives the word that brings it back. The text
// is encrypted with a key that stands in that word alone. A token that never was
// a session's holds nothing: the word is "".
func (s *Service) Hold(ctx context.Context, token string, f HeldForm) (word string, err error) {
	if token == "" {
		return "", nil
	}
	plain, err := json.Marshal(f)
	if err != nil || len(plain) > maxHeld {
		return "", err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	box, err := seal(key)
	if err != nil {
		return "", err
	}
	id, now := hub.NewID(), s.now()
	// Each key seals one text, so a nonce of zeros is used once.
	body := box.Seal(nil, make([]byte, box.NonceSize()), plain, []byte(id))
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		users, err := db.All(ctx, tx, db.Scalar[hub.ID], "select user_id from user_session where token_hash = $1", tokenHash(token))
		if err != nil || len(users) == 0 {
			id = ""
			return err
		}
		if _, err := tx.Exec(ctx, "delete from held_form where expires_at <= $1", db.Millis(now)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into held_form (id, user_id, body, expires_at) values ($1, $2, $3, $4)", id, users[0], body, db.Millis(now.Add(HeldFor)))
		return err
	})
	if err != nil || id == "" {
		return "", err
	}
	return string(id) + "." + base64.RawURLEncoding.EncodeToString(key), nil
}

// Held gives the form that a word brings back to its sender; false when there is
// none, or it was another's.
func (s *Service) Held(ctx context.Context, a hub.Actor, word string) (f HeldForm, ok bool, err error) {
	id, key := splitWord(word)
	if id == "" || a.User == "" || a.Borrowed() {
		return f, false, nil
	}
	box, err := seal(key)
	if err != nil {
		return f, false, nil
	}
	var body []byte
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		err := tx.QueryRow(ctx, "select body from held_form where id = $1 and user_id = $2 and expires_at > $3", id, a.User, db.Millis(s.now())).Scan(&body)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || body == nil {
		return f, false, err
	}
	plain, err := box.Open(nil, make([]byte, box.NonceSize()), body, []byte(id))
	if err != nil || json.Unmarshal(plain, &f) != nil {
		return HeldForm{}, false, nil
	}
	return f, true, nil
}

// LetGo forgets a held form.
func (s *Service) LetGo(ctx context.Context, a hub.Actor, word string) error {
	id, _ := splitWord(word)
	if id == "" {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from held_form where id = $1 and user_id = $2", id, a.User)
		return err
	})
}

func splitWord(word string) (id hub.ID, key []byte) {
	left, right, _ := strings.Cut(word, ".")
	key, err := base64.RawURLEncoding.DecodeString(right)
	if id = hub.ID(left); err != nil || !id.Valid() || len(key) != 32 {
		return "", nil
	}
	return id, key
}

func seal(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
