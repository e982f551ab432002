// Package account knows who uses the installation: programmes and their areas,
// user accounts, the roles they hold with dates, which of the directory's people
// and organisations an account stands for, and sessions. From these it makes the
// hub.Actor on whose behalf everything else happens.
//
// It must never reveal to someone who has not signed in whether an account
// exists, keep a password or a session token in the clear, hash inside a
// transaction, or remove a role: roles are given and ended. It sets no cookies
// and knows no HTTP; that is package web. The directory is a room below, so its
// people and organisations are plain IDs here, and what must be known of them is
// asked through the functions in Directory.
package account

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The kinds of record this room writes to the log.
const (
	KindProgramme = "programme"
	KindArea      = "area"
	KindUser      = "user"
)

// Service is the room's door.
type Service struct {
	db        *db.DB
	log       *audit.Log
	clock     hub.Clock
	directory Directory
	demo      bool
	post      func(context.Context, Letter) error // nil: no letters
	hashing   chan struct{}                       // bounds the memory that hashing takes at once
}

// Directory answers what this room has to know of people and organisations. A
// nil function means that only administrators may make such links.
type Directory struct {
	// PersonArea gives the area a person's record belongs to.
	PersonArea func(ctx context.Context, person hub.ID) (hub.ID, error)
	// Participates reports whether the organisation takes part in the area.
	Participates func(ctx context.Context, organisation, area hub.ID) (bool, error)
	// ForgetPerson makes a person's record anonymous, in the transaction of ctx.
	ForgetPerson func(ctx context.Context, a hub.Actor, person hub.ID) error
}

// Options are what a Service can be given beyond its needs. The zero value is
// right for tests.
type Options struct {
	Directory Directory
	// Demo allows DemoSignIn. It must never be set on an installation with
	// people's data.
	Demo bool
}

// New gives the room over d.
func New(d *db.DB, log *audit.Log, clock hub.Clock, o Options) *Service {
	return &Service{db: d, log: log, clock: clock, directory: o.Directory, demo: o.Demo, hashing: make(chan struct{}, hashers)}
}

// SetDirectory gives the functions of Options.Directory later, for the directory
// is built after this room. It is not for use once requests are served.
func (s *Service) SetDirectory(d Directory) { s.directory = d }

func (s *Service) now() time.Time { return s.clock.Now() }

func (s *Service) today() hub.Date { return hub.DateOf(s.clock.Now()) }

// mayAll reports whether the actor may do everything in this room.
func mayAll(a hub.Actor) bool { return a.Kind == hub.System || a.IsAdministrator() }

// mayGrant reports whether the actor may give and end roles of the area.
func mayGrant(a hub.Actor, area hub.ID) bool {
	return mayAll(a) || area != "" && (a.Has(hub.Chief, area) || a.Has(hub.Deputy, area) || a.Has(hub.Office, area))
}

// grantedAreas lists the areas whose roles the actor may give, other than by
// being an administrator.
func grantedAreas(a hub.Actor) []hub.ID {
	return a.Areas(func(r hub.Role) bool { return r == hub.Chief || r == hub.Deputy || r == hub.Office })
}

func forbidden() error { return hub.Errorf(hub.Forbidden, "error.forbidden") }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
