package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/jobs"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/search"
)

// App is the house with every service constructed. Commands that work on the
// database open one, use its services and close it; Serve also starts what runs
// in the background.
type App struct {
	DB    *db.DB
	Clock hub.Clock
	Log   *slog.Logger

	Audit     *audit.Log
	Account   *account.Service
	Activity  *activity.Service
	Directory *directory.Service
	Catalogue *catalogue.Service
	Intake    *intake.Service
	Match     *match.Service
	Project   *project.Service
	Enquiry   *enquiry.Service
	Search    *search.Service
	Desk      *desk.Service
	Archive   *archive.Service
	Copies    *archive.Daily // while serving, unless switched off
	Jobs      *jobs.Jobs
	Notify    *notify.Service

	snapshot   string // path of the index on disk
	publicURL  string // the outer address, without a slash at the end; "" for none
	setUpToken string // opens the page that makes the first administrator
	background []func(context.Context) error
}

// Options change what an App is. The zero value is a working hub.
type Options struct {
	// Demo lets people of the sample hub in without a password, from this
	// machine. It must never be set over a database with people's data.
	Demo bool
	// Clock is the machine's when nil.
	Clock hub.Clock
}

// Open opens and migrates the database at s and constructs the services.
// Nothing runs yet. The caller closes the App.
func Open(ctx context.Context, s Storage, log *slog.Logger, o Options) (*App, error) {
	d, err := s.OpenCurrent(ctx, log)
	if err != nil {
		return nil, err
	}
	a := &App{DB: d, Clock: o.Clock, Log: log}
	if a.Clock == nil {
		a.Clock = hub.SystemClock{}
	}
	a.construct(s, o)
	if a.Jobs, err = jobs.New(d, log, jobs.Options{}); err == nil {
		err = a.Jobs.Migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a.Notify = notify.New(d, a.Clock, a.Account, a.Desk, a.Jobs, nil, "")
	a.Notify.Enquiries(a.Enquiry)
	return a, nil
}

// construct builds the services, each from those before it.
func (a *App) construct(s Storage, o Options) {
	a.Audit = audit.New(a.DB, a.Clock)
	a.Account = account.New(a.DB, a.Audit, a.Clock, account.Options{Demo: o.Demo})
	a.Activity = activity.New(a.DB, a.Audit, a.Clock)
	a.Directory = directory.New(a.DB, a.Audit, a.Activity, a.Clock)
	a.Account.SetDirectory(account.Directory{
		PersonArea: a.Directory.People.Area, Participates: a.Directory.Memberships.Participates,
		ForgetPerson: a.Directory.People.Forget,
	})
	a.Archive = archive.New(a.DB, a.Audit, a.Clock)
	a.Catalogue = catalogue.New(a.DB, a.Audit, a.Activity, a.Clock)
	a.Intake = intake.New(a.DB, a.Audit, a.Directory, a.Catalogue, a.Clock, match.Judged(a.DB))
	a.Project = project.New(a.DB, a.Audit, a.Activity, a.Catalogue, a.Clock)
	a.snapshot = s.index()
	a.Search = search.New(a.DB, a.Audit, a.Clock, search.Options{Snapshot: a.snapshot, Logger: a.Log},
		search.Seeds(a.Catalogue, a.Directory), search.Needs(a.Catalogue, a.Directory), search.Projects(a.Project, a.Directory),
		search.Organisations(a.Directory), search.People(a.Directory))
	a.Match = match.New(a.DB, a.Audit, a.Activity, a.Catalogue, a.Search.Finder(), a.Clock)
	a.Enquiry = enquiry.New(a.DB, a.Audit, a.Clock, enquiry.Rooms{
		Accounts: a.Account, Lines: a.Activity, Directory: a.Directory, Catalogue: a.Catalogue, Find: a.findExperts,
	})
	a.Desk = desk.New(a.DB, a.Clock, desk.Rooms{
		Accounts: a.Account, Lines: a.Activity, Directory: a.Directory, Catalogue: a.Catalogue, Match: a.Match, Projects: a.Project, Enquiry: a.Enquiry,
	})
}

// lookOut finds candidates again for people who look at their day's work.
func (a *App) lookOut(ctx context.Context) error {
	return a.Desk.Run(ctx, func(err error) { a.Log.Warn("candidates were not found again", "error", err) })
}

// Close waits for open transactions and closes the database.
func (a *App) Close() error { return a.DB.Close() }

// run starts what works in the background and gives a function that stops it
// and waits until it has. A part that fails is logged and stays down; the
// program goes on serving, since a page without it is better than none.
func (a *App) run(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, work := range a.background {
		wg.Go(func() {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				a.Log.Error("background work stopped", "error", err)
			}
		})
	}
	return func() {
		cancel()
		wg.Wait()
	}
}
