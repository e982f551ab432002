package intake

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// State is where an import stands.
type State string

// The states of an import, in their usual order.
const (
	Waiting  State = "waiting"  // the file is here, nothing has been read yet
	Planning State = "planning" // the plan is being made
	Ready    State = "ready"    // the plan stands; nothing is changed
	Applying State = "applying" // being applied
	Applied  State = "applied"  // done
	Undoing  State = "undoing"  // being taken back
	Undone   State = "undone"   // taken back, save for what was left
	Dropped  State = "dropped"  // given up before it was applied
)

// running reports whether a step is under way.
func (s State) running() bool { return s == Planning || s == Applying || s == Undoing }

// Running reports whether a step is under way, so that a page should look again.
func (s State) Running() bool { return s.running() }

// Counts are the numbers of a plan, and of what became of it.
type Counts struct {
	Create  int `json:"create"`
	Change  int `json:"change"`
	Same    int `json:"same"`
	Refuse  int `json:"refuse"`
	Notes   int `json:"notes"`             // rows that come in with something to look at
	Left    int `json:"left,omitempty"`    // rows left alone when it was applied: changed by others meanwhile
	Kept    int `json:"kept,omitempty"`    // records left when it was undone
	Undone  int `json:"undone,omitempty"`  // records taken back
	Planned int `json:"planned,omitempty"` // rows of the plan
}

// Import is one file on its way into the hub.
type Import struct {
	ID       hub.ID
	Area     hub.ID
	Kind     Kind
	State    State
	File     string
	User     hub.ID
	UserName string
	Done     int // rows dealt with in the running step
	Total    int // rows of the file; 0 while not known
	Created  time.Time
	Updated  time.Time
	Plan
}

// Plan is what is kept of an import beside its rows.
type Plan struct {
	Size        int64           `json:"size"`
	Format      sheet.Format    `json:"format"`
	Encoding    string          `json:"encoding,omitempty"`
	Sheets      []string        `json:"sheets,omitempty"` // those with a table, to choose from
	Sheet       string          `json:"sheet"`
	Shape       sheet.Shape     `json:"shape"`
	Title       string          `json:"title,omitempty"`
	HeaderFirst int             `json:"header_first,omitempty"`
	HeaderLast  int             `json:"header_last,omitempty"`
	Choices     []Choice        `json:"choices"`
	Findings    []sheet.Finding `json:"findings,omitempty"`
	Counts      Counts          `json:"counts"`
	Failure     *Problem        `json:"failure,omitempty"` // why the last step stopped
	AppliedAt   time.Time       `json:"applied_at,omitzero"`
	AppliedBy   string          `json:"applied_by,omitempty"`
	UndoneAt    time.Time       `json:"undone_at,omitzero"`
	UndoneBy    string          `json:"undone_by,omitempty"`
}

// Used tells which of the records of a kind (audit's name for it) something has
// been built on — judged, linked, proposed — and what, as a catalogue key. Rooms
// that build on records lend one to New.
type Used func(ctx context.Context, kind string, ids []hub.ID) (map[hub.ID]string, error)

// Service makes, applies and takes back imports. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	log     *audit.Log
	clock   hub.Clock
	targets map[Kind]target
	orgs    *directory.Organisations
	used    []Used

	mu      sync.Mutex
	running map[hub.ID]*step
	ctx     context.Context // of background steps; nil until Run
	wg      sync.WaitGroup
}

// step is one step under way in this process.
type step struct {
	cancel      context.CancelFunc
	done, total int
}

// New gives the service. used are asked before a record is taken back.
func New(d *db.DB, log *audit.Log, dir *directory.Service, cat *catalogue.Service, clock hub.Clock, used ...Used) *Service {
	s := &Service{db: d, log: log, clock: clock, orgs: dir.Organisations, used: used, running: map[hub.ID]*step{}}
	s.targets = map[Kind]target{
		Seeds:         seedTarget(cat, dir),
		Needs:         needTarget(cat, dir),
		Organisations: organisationTarget{dir.Organisations, dir.Contacts},
		People:        personTarget{dir.People, dir.Organisations},
	}
	return s
}

// Run owns the steps that Begin starts: when ctx ends they are stopped and
// waited for. A step that another process left behind is set back, so that it
// can be begun again.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		if err := s.reset(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			s.mu.Lock()
			for _, x := range s.running {
				x.cancel()
			}
			s.mu.Unlock()
			s.wg.Wait()
			return nil
		case <-tick.C:
		}
	}
}

func missing() error { return hub.Errorf(hub.NotFound, "error.not_found") }

// may reports whether the actor may import into an area: the area's own staff.
func may(a hub.Actor, area hub.ID) bool { return a.Kind == hub.System || a.StaffOf(area) }

// Upload takes a file in and proposes what its columns mean. A file that cannot
// be read is refused at once and not kept. Nothing is read beyond the header;
// see Begin.
func (s *Service) Upload(ctx context.Context, a hub.Actor, area hub.ID, kind Kind, name string, r io.Reader) (imp Import, err error) {
	defer hub.Wrap(&err, "intake.Upload(%s)", kind)
	if !may(a, area) {
		return imp, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	if !kind.Valid() {
		return imp, missing()
	}
	f, err := os.CreateTemp("", "kyoten-import-*")
	if err != nil {
		return imp, err
	}
	defer discard(f)
	size, err := io.Copy(f, io.LimitReader(r, sheet.DefaultLimits.File+1))
	if err != nil {
		return imp, err
	}
	now := s.clock.Now()
	imp = Import{ID: hub.NewID(), Area: area, Kind: kind, State: Waiting, File: clip(name), User: a.User, UserName: a.Name, Created: now, Updated: now}
	imp.Size = size
	book, err := sheet.Open(name, f, size, sheet.Options{Known: Known(kind)})
	if err != nil {
		return imp, err
	}
	table, err := book.Best()
	if err != nil {
		return imp, err
	}
	imp.describe(book, table)
	if imp.Choices, err = Propose(table, kind); err != nil {
		return imp, err
	}
	if err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insertImport(ctx, tx, imp) }); err != nil {
		return imp, err
	}
	return imp, s.keepFile(ctx, imp.ID, f, size)
}

func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// describe notes what the file and the chosen table are.
func (imp *Import) describe(book *sheet.Book, t *sheet.Table) {
	imp.Format, imp.Encoding = book.Format, book.Encoding
	imp.Sheets = nil
	for _, x := range book.Tables {
		imp.Sheets = append(imp.Sheets, x.Sheet)
	}
	imp.Sheet, imp.Shape, imp.Title = t.Sheet, t.Shape, t.Title
	imp.HeaderFirst, imp.HeaderLast = t.HeaderFirst, t.HeaderLast
}

const chunkSize = 1 << 20

func (s *Service) keepFile(ctx context.Context, id hub.ID, f io.ReaderAt, size int64) error {
	buf := make([]byte, chunkSize)
	for n := 0; int64(n)*chunkSize < size; n++ {
		k, err := f.ReadAt(buf, int64(n)*chunkSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, "insert into import_file (import_id, n, data) values ($1, $2, $3)", string(id), n, buf[:k])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// openFile gives the stored file as a book; close ends it.
func (s *Service) openFile(ctx context.Context, imp Import) (book *sheet.Book, closer func(), err error) {
	f, err := os.CreateTemp("", "kyoten-import-*")
	if err != nil {
		return nil, nil, err
	}
	closer = func() { discard(f) }
	for n := 0; int64(n)*chunkSize < imp.Size; n++ {
		var data []byte
		err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRow(ctx, "select data from import_file where import_id = $1 and n = $2", string(imp.ID), n).Scan(&data)
		})
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			closer()
			return nil, nil, err
		}
	}
	if book, err = sheet.Open(imp.File, f, imp.Size, sheet.Options{Known: Known(imp.Kind)}); err != nil {
		closer()
		return nil, nil, err
	}
	return book, closer, nil
}

// table gives the table an import has chosen.
func (imp *Import) table(book *sheet.Book) (*sheet.Table, error) {
	t, err := book.Table(imp.Sheet)
	if err != nil {
		return nil, err
	}
	if t.Shape == sheet.Grid && imp.HeaderFirst > 0 && (t.HeaderFirst != imp.HeaderFirst || t.HeaderLast != imp.HeaderLast) {
		return t.WithHeader(imp.HeaderFirst, imp.HeaderLast)
	}
	return t, nil
}

// Setup is what a person corrects before the plan is made. Sheet "" and header
// rows of 0 keep what was found; Mapping nil proposes anew when the sheet or the
// header changes and else keeps the present one.
type Setup struct {
	Sheet                   string
	HeaderFirst, HeaderLast int
	Mapping                 Mapping
}

// Correct changes sheet, header or mapping of an import that is not applied. The
// plan made before is void: the import waits again.
func (s *Service) Correct(ctx context.Context, a hub.Actor, id hub.ID, c Setup) (imp Import, err error) {
	defer hub.Wrap(&err, "intake.Correct(%s)", id)
	if imp, err = s.Get(ctx, a, id); err != nil {
		return imp, err
	}
	if imp.State != Waiting && imp.State != Ready {
		return imp, hub.Errorf(hub.Conflict, "intake.not_now")
	}
	book, closer, err := s.openFile(ctx, imp)
	if err != nil {
		return imp, err
	}
	defer closer()
	anew := false
	if c.Sheet != "" && c.Sheet != imp.Sheet {
		imp.Sheet, imp.HeaderFirst, imp.HeaderLast, anew = c.Sheet, 0, 0, true
	}
	if c.HeaderFirst > 0 && !anew && (c.HeaderFirst != imp.HeaderFirst || c.HeaderLast != imp.HeaderLast) {
		imp.HeaderFirst, imp.HeaderLast, anew = c.HeaderFirst, max(c.HeaderFirst, c.HeaderLast), true
	}
	t, err := imp.table(book)
	if err != nil {
		return imp, err
	}
	imp.describe(book, t)
	if anew {
		if imp.Choices, err = Propose(t, imp.Kind); err != nil {
			return imp, err
		}
	} else if c.Mapping != nil {
		if err := checkMapping(imp.Kind, c.Mapping); err != nil {
			return imp, err
		}
		imp.Choices = slices.Clone(imp.Choices)
		for i := range imp.Choices {
			x := &imp.Choices[i]
			if f := c.Mapping[x.Column.Letter]; f != x.Field {
				x.Field, x.Certainty = f, ByHand
			}
		}
	}
	imp.State, imp.Counts, imp.Failure, imp.Findings = Waiting, Counts{}, nil, nil
	return imp, s.save(ctx, &imp, Waiting, Ready)
}

// CorrectWith is Correct by a mapping file as ParseMapping reads it.
func (s *Service) CorrectWith(ctx context.Context, a hub.Actor, id hub.ID, file []byte) (imp Import, err error) {
	if imp, err = s.Get(ctx, a, id); err != nil {
		return imp, err
	}
	book, closer, err := s.openFile(ctx, imp)
	if err != nil {
		return imp, err
	}
	defer closer()
	t, err := imp.table(book)
	if err != nil {
		return imp, err
	}
	choices, err := ParseMapping(file, t, imp.Kind, imp.Choices)
	if err != nil {
		return imp, err
	}
	return s.Correct(ctx, a, id, Setup{Mapping: MappingOf(choices)})
}

// Get gives an import to the staff of its area; to others it is NotFound.
func (s *Service) Get(ctx context.Context, a hub.Actor, id hub.ID) (imp Import, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		imp, err = loadImport(ctx, tx, id, "")
		return err
	})
	if err == nil && !may(a, imp.Area) {
		return Import{}, missing()
	}
	s.mu.Lock()
	if x := s.running[id]; x != nil && err == nil && imp.State.running() {
		imp.Done, imp.Total = x.done, max(imp.Total, x.total)
	}
	s.mu.Unlock()
	return imp, err
}

// List gives the imports of an area, newest first, to its staff.
func (s *Service) List(ctx context.Context, a hub.Actor, area hub.ID, limit int) (out []Import, err error) {
	if !may(a, area) {
		return nil, missing()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanImport, selectImport+" where area_id = $1 and state <> 'dropped' order by created desc, id desc limit $2", string(area), limit)
		return err
	})
	return out, err
}

// Drop gives an import up that is not applied and forgets its file and rows.
func (s *Service) Drop(ctx context.Context, a hub.Actor, id hub.ID) error {
	s.Cancel(id)
	imp, err := s.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if imp.State == Applied || imp.State == Applying || imp.State == Undoing || imp.State == Undone {
		return hub.Errorf(hub.Conflict, "intake.not_now")
	}
	imp.State = Dropped
	if err := s.save(ctx, &imp, Waiting, Ready, Planning); err != nil {
		return err
	}
	s.clear(a, imp)
	if err := s.clearRows(ctx, id); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from import_file where import_id = $1", string(id))
		return err
	})
}
