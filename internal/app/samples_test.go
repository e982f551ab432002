package app

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestSamplesLoadThroughTheServices(t *testing.T) {
	samples, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	urls := map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "kyoten.db") },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t, true) },
	}
	for name, database := range urls {
		t.Run(name, func(t *testing.T) {
			clock := &almanac{}
			a, err := Open(t.Context(), Storage{Database: database(t)}, quiet, Options{Demo: true, Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			for range 2 { // the second time there is nothing to do
				if err := a.loadSamples(t.Context(), clock); err != nil {
					t.Fatal(err)
				}
			}
			seeds, needs, public := 0, 0, 0
			err = a.Catalogue.Seeds.Each(t.Context(), func(s catalogue.Seed) error {
				seeds++
				if !s.Sample {
					t.Errorf("%s is not marked as a sample", s.Number)
				}
				if s.Scope == hub.Public {
					public++
				}
				for _, f := range s.Fields {
					known(t, s.Number, f, catalogue.Fields)
				}
				for _, f := range s.Forms {
					known(t, s.Number, f, catalogue.Forms)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			err = a.Catalogue.Needs.Each(t.Context(), func(n catalogue.Need) error {
				needs++
				if n.Created.After(a.Clock.Now()) {
					t.Errorf("%s comes from the future: %s", n.Number, n.Created)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if seeds != len(samples.Seeds) || needs != len(samples.Needs) || public == 0 {
				t.Errorf("%d seeds (%d public) and %d needs, want %d and %d", seeds, public, needs, len(samples.Seeds), len(samples.Needs))
			}
			organisations, people := 0, 0
			err = errors.Join(
				a.Directory.Organisations.Each(t.Context(), func(directory.Organisation) error { organisations++; return nil }),
				a.Directory.People.Each(t.Context(), func(directory.Person) error { people++; return nil }),
			)
			if err != nil || organisations != len(samples.Organisations) || people < len(samples.People)-2 {
				t.Errorf("%d organisations and %d people, %v", organisations, people, err)
			}
			roles, err := a.Account.DemoRoles(t.Context())
			for _, r := range hub.Roles {
				if err != nil || !slices.ContainsFunc(roles, func(d account.DemoRole) bool { return d.Role == r }) {
					t.Errorf("nobody plays the %s: %v", r, err)
				}
			}
			if f := chain(t.Context(), a.DB); f.Health != Good {
				t.Errorf("the audit chain: %+v", f)
			}
		})
	}
}

func known(t *testing.T, record, code string, codes []string) {
	t.Helper()
	for _, c := range codes {
		if c == code {
			return
		}
	}
	t.Errorf("%s names %q, which the catalogue does not know", record, code)
}

func TestDemoServesThisMachineOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:0": true, "[::1]:8080": true, "localhost:8080": true,
		"0.0.0.0:8080": false, ":8080": false, "192.0.2.1:80": false, "hub.example.jp:80": false,
	} {
		if loopback(address) != want {
			t.Errorf("%s counts as loopback: %v", address, !want)
		}
	}
	err := Demo(t.Context(), Config{Listen: "0.0.0.0:0"}, quiet, nil)
	if hub.KindOf(err) != hub.Invalid {
		t.Errorf("a demo for everyone starts: %v", err)
	}
}
