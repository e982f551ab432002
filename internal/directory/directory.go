// Package directory knows the organisations and people a hub works with: who
// they are, where they belong, since when, what they can do and how to reach
// them.
//
// Organisations are public facts and shared by the whole installation.
// Memberships, people, contacts and remarks belong to an area. Names are kept as
// they were typed; beside them stand keys in which spellings are compared.
//
// That an organisation is known to the hub may itself be confidential: one that
// only asked for help is seen by the hubs' staff and by its own people until it
// becomes a member or somebody decides otherwise. The room has no accounts (see
// package account) and never matches, mails or renders.
package directory

import (
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The kinds of record this room writes to the log and to timelines.
const (
	KindOrganisation = "organisation"
	KindPerson       = "person"
	KindMembership   = "membership"
	KindContact      = "contact"
)

// Service is the room's door.
type Service struct {
	Organisations *Organisations
	People        *People
	Memberships   *Memberships
	Contacts      *Contacts
}

// The four parts of the room share what they stand on.
type (
	// Organisations are the bodies the installation knows.
	Organisations struct{ *room }
	// People are the persons an area knows.
	People struct{ *room }
	// Memberships are the places of organisations in areas.
	Memberships struct{ *room }
	// Contacts are ways to reach people and organisations.
	Contacts struct{ *room }
)

type room struct {
	db    *db.DB
	log   *audit.Log
	lines *activity.Service
	clock hub.Clock
}

// New gives the directory kept in d.
func New(d *db.DB, log *audit.Log, lines *activity.Service, clock hub.Clock) *Service {
	r := &room{d, log, lines, clock}
	return &Service{&Organisations{r}, &People{r}, &Memberships{r}, &Contacts{r}}
}

func (r *room) now() time.Time { return r.clock.Now() }

func (r *room) today() hub.Date { return hub.DateOf(r.clock.Now()) }

func missing() error { return hub.Errorf(hub.NotFound, "error.not_found") }

func forbidden() error { return hub.Errorf(hub.Forbidden, "error.forbidden") }

// changed says that somebody else was quicker.
func changed() error { return hub.Errorf(hub.Conflict, "error.conflict") }

// isStaff reports whether the actor is one of the hub's own people in any area.
func isStaff(a hub.Actor) bool {
	return a.Kind == hub.System || len(a.Areas(hub.Role.Staff)) > 0
}

func staffOf(a hub.Actor, area hub.ID) bool { return a.Kind == hub.System || a.StaffOf(area) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
