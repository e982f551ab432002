package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// cost is what one argon2id hash takes. The parameters stand in the hash, so
// they can rise later: an old hash is renewed at the next sign-in.
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// todaysCost is the OWASP Password Storage Cheat Sheet's first recommendation for
// argon2id: 19 MiB, two passes, one lane; about 30 ms here.
var todaysCost = cost{memory: 19 * 1024, time: 2, threads: 1}

// hashers is how many hashes are made at once; each takes cost.memory.
var hashers = max(2, runtime.NumCPU())

const (
	saltBytes = 16
	hashBytes = 32

	// MinPassword and MaxPassword bound a password's length in characters.
	MinPassword = 12
	MaxPassword = 200
)

// checkPassword notes what is wrong with a new password. There are no rules
// about kinds of characters: they make passwords worse (NIST SP 800-63B §5.1.1.2).
func checkPassword(p *hub.Problems, field, password, mail, name string) {
	n := utf8.RuneCountInString(password)
	fold := strings.ToLower(password)
	local, _, _ := strings.Cut(strings.ToLower(mail), "@")
	switch {
	case n < MinPassword:
		p.Add(field, "error.password_short", "min", MinPassword)
	case n > MaxPassword:
		p.Add(field, "error.password_long", "max", MaxPassword)
	case fold == strings.ToLower(mail), fold == strings.ToLower(name), len(local) >= 4 && strings.Trim(fold, "0123456789!") == local, distinct(fold) < 5:
		p.Add(field, "error.password_weak")
	}
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// hash makes the text kept for a password:
// $argon2id$v=19$m=19456,t=2,p=1$salt$hash. It waits its turn, so that many
// sign-ins at once do not exhaust the memory.
func (s *Service) hash(password string) string {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		panic(err) // crypto/rand never fails on supported systems
	}
	c := todaysCost
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads, enc(salt), enc(s.derive(password, salt, c, hashBytes)))
}

func (s *Service) derive(password string, salt []byte, c cost, n uint32) []byte {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, n)
}

// verify reports whether password belongs to the kept text, and whether the text
// should be renewed. With no kept text it does the same work and says no, so
// that an account that does not exist takes as long as one that does.
func (s *Service) verify(password, kept string) (ok, stale bool) {
	c, salt, want, err := parse(kept)
	if err != nil {
		s.derive(password, make([]byte, saltBytes), todaysCost, hashBytes)
		return false, false
	}
	got := s.derive(password, salt, c, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, c != todaysCost
}

var errHash = errors.New("account: not an argon2id hash")

func parse(kept string) (c cost, salt, hash []byte, err error) {
	f := strings.Split(kept, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(f[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return c, nil, nil, errHash
	}
	// A hash from outside must not be able to ask for all the memory.
	if c.memory < 8 || c.memory > 1<<20 || c.time < 1 || c.time > 20 || c.threads < 1 {
		return c, nil, nil, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(f[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(f[5])
	if err1 != nil || err2 != nil || len(hash) < 16 || len(salt) < 8 {
		return c, nil, nil, errHash
	}
	return c, salt, hash, nil
}

// NewPassword makes a password to be handed to somebody: four groups of five
// letters and digits that are not confused with each other, about 98 bits.
func NewPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for i := range 20 {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand never fails on supported systems
		}
		b.WriteByte(letters[n.Int64()])
	}
	return b.String()
}
