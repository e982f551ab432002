package records

import (
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Collection is what the pages ask of all seeds or all needs; see
// catalogue.Collection.
type Collection[T any] interface {
	Get(ctx context.Context, a hub.Actor, id hub.ID) (catalogue.View[T], error)
	Open(ctx context.Context, a hub.Actor, id hub.ID) (catalogue.View[T], error)
	Create(ctx context.Context, a hub.Actor, e T) (T, error)
	Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*T) error) (T, error)
	Withdraw(ctx context.Context, a hub.Actor, id hub.ID, withdrawn bool) error
	History(ctx context.Context, a hub.Actor, id hub.ID) ([]catalogue.Revision[T], error)
	Restore(ctx context.Context, a hub.Actor, id hub.ID, version, n int) (T, error)
	Bin(ctx context.Context, a hub.Actor, page hub.Page) ([]catalogue.Binned[T], string, int, error)
	PutBack(ctx context.Context, a hub.Actor, ids ...hub.ID) error
	PreviewBulk(ctx context.Context, a hub.Actor, ids []hub.ID, b catalogue.Bulk) ([]catalogue.Outcome, error)
	ApplyBulk(ctx context.Context, a hub.Actor, ids []hub.ID, seen map[hub.ID]int, b catalogue.Bulk) (catalogue.Batch, error)
	UndoBulk(ctx context.Context, a hub.Actor, id hub.ID) (catalogue.Batch, error)
	Openings(ctx context.Context, a hub.Actor, id hub.ID, limit int) ([]catalogue.Opening, error)
	Files(ctx context.Context, a hub.Actor, id hub.ID) ([]catalogue.File, error)
	AddFile(ctx context.Context, a hub.Actor, record hub.ID, layer catalogue.Layer, name string, r io.Reader) (catalogue.File, error)
	ReadFile(ctx context.Context, a hub.Actor, record, id hub.ID, start func(catalogue.File), w io.Writer) error
	RemoveFile(ctx context.Context, a hub.Actor, record, id hub.ID) error
}

// Kind says what is particular to seeds or to needs. Everything else about
// making, showing, changing and keeping them is the same and stands here once.
type Kind[T any] struct {
	*Services
	// Name is the room's word, "seed"; Section the site's, "seeds", which is
	// also where the addresses begin.
	Name, Section string
	Collection    Collection[T]
	Side          match.Side // "" for records that are not matched
	Base          func(*T) *catalogue.Record
	People        func(*T) []hub.ID // who stands in a record, to be named on its page
	States        []catalogue.State
	State         func(context.Context, catalogue.State) ui.State // draws one
	// Every gives the records of the list that r asks for, as far as the reader
	// may take them out; nil where many are not changed at once.
	Every func(r *http.Request, fn func(hub.ID) error) error
	// New fills the form of a new record, Fill that of a stored one.
	New  func() *ui.Form
	Fill func(*T) *ui.Form
	// Read puts what was typed into a record, the detail layer only where it may
	// be edited. What cannot be read is noted in the form.
	Read func(f *ui.Form, e *T, detail bool)
	// Fields draws the fields between the area and who may see the record.
	Fields func(Editing) templ.Component
	// Around fetches what else a record's page shows; nil for nothing.
	Around func(ctx context.Context, a hub.Actor, x *Showing[T]) error
	Page   func(Showing[T]) templ.Component
	Sheet  func(x Showing[T], day hub.Date, address string) templ.Component
}

// Routes is the table of addresses that both sections have.
func (k *Kind[T]) Routes() []web.Route {
	at := k.base()
	one := at + "{id}"
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: k.Section, Public: public}
	}
	upload := route(http.MethodPost, one+"/files", false, k.addFile)
	upload.MaxBody = catalogue.MaxFile + 1<<20
	all := []web.Route{
		route(http.MethodGet, at+"new", false, k.create),
		route(http.MethodPost, at+"new", false, k.created),
		route(http.MethodGet, one, true, k.show),
		route(http.MethodGet, one+"/print", true, k.sheet),
		route(http.MethodGet, one+"/detail", true, k.detail),
		route(http.MethodGet, one+"/history", false, k.history),
		route(http.MethodPost, one+"/restore", false, k.restore),
		route(http.MethodGet, one+"/edit", false, k.edit),
		route(http.MethodPost, one+"/edit", false, k.edited),
		route(http.MethodPost, one+"/withdraw", false, k.withdraw),
		upload,
		route(http.MethodGet, one+"/files/{file}", true, k.file),
		route(http.MethodPost, one+"/files/{file}/remove", false, k.removeFile),
	}
	if k.Every != nil { // lists whose rows can be chosen have a bin too
		all = append(all,
			route(http.MethodGet, at+"bin", false, k.bin),
			route(http.MethodPost, at+"bin", false, k.putBack),
			route(http.MethodPost, at+"bulk", false, k.bulk),
			route(http.MethodPost, at+"bulk/{id}/undo", false, k.undoBulk),
		)
	}
	return all
}

func (k *Kind[T]) base() string { return "/" + k.Section + "/" }

// Href is the address of a record.
func (k *Kind[T]) Href(id hub.ID) string { return k.base() + string(id) }
