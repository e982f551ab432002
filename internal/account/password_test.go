package account

import (
	"strings"
	"testing"
)

func TestAHashCarriesItsCost(t *testing.T) {
	s := &Service{hashing: make(chan struct{}, 1)}
	a, b := s.hash("correct horse battery"), s.hash("correct horse battery")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hashes %q and %q", a, b)
	}
	if ok, stale := s.verify("correct horse battery", a); !ok || stale {
		t.Error("the right password is refused or stale")
	}
	if ok, _ := s.verify("correct horse batterz", a); ok {
		t.Error("a wrong password passes")
	}
	old := todaysCost
	todaysCost.time = 3
	ok, stale := s.verify("correct horse battery", a)
	todaysCost = old
	if !ok || !stale {
		t.Error("a hash of another cost is not renewed")
	}
	for _, bad := range []string{
		"", "x", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		strings.Replace(a, "argon2id", "argon2i", 1), strings.Replace(a, "v=19", "v=16", 1), a[:len(a)-40],
	} {
		if ok, _ := s.verify("", bad); ok {
			t.Errorf("%q verifies", bad)
		}
	}
}
