// Package records holds what the pages of seeds, needs and their matching share:
// the words of states and fields, facets of a list, and the drawing of a reason.
// It has no addresses of its own.
package records

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/choose"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Services are the rooms that these pages ask.
type Services struct {
	Catalogue *catalogue.Service
	Search    *search.Service
	Directory *directory.Service
	Match     *match.Service
	Accounts  *account.Service
	Lines     *activity.Pages
	Choose    *choose.Pages
	Lists     *lists.Pages
	Clock     hub.Clock
}

// Today is the day in Japan.
func (s *Services) Today() hub.Date { return hub.DateOf(s.Clock.Now()) }

// Word gives the word for a code in a family of the catalogue ("field", "form",
// "ip_kind"), or the code itself when it is a label as somebody typed it.
func Word(ctx context.Context, family, code string) string {
	if key := family + "." + code; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return code
}

// WordList gives the words of several codes.
func WordList(ctx context.Context, family string, codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = Word(ctx, family, c)
	}
	return out
}

// Words joins the words of several codes.
func Words(ctx context.Context, family string, codes []string) string {
	out := WordList(ctx, family, codes)
	if i18n.Lang(ctx) == hub.EN {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}

// SeedState draws where a seed stands.
func SeedState(ctx context.Context, s catalogue.State) ui.State {
	tone := ui.Neutral
	switch s {
	case catalogue.SeedPublic:
		tone = ui.Good
	case catalogue.SeedAwaiting:
		tone = ui.Active
	case catalogue.SeedStale:
		tone = ui.Caution
	case catalogue.SeedPaused, catalogue.SeedEnded:
		tone = ui.Ended
	}
	return ui.State{Label: i18n.T(ctx, "seed_state."+string(s)), Tone: tone}
}

// NeedState draws where a need stands.
func NeedState(ctx context.Context, s catalogue.State) ui.State {
	tone := ui.Active
	switch s {
	case catalogue.NeedReceived:
		tone = ui.Caution
	case catalogue.NeedSolved:
		tone = ui.Good
	case catalogue.NeedDropped:
		tone = ui.Ended
	}
	return ui.State{Label: i18n.T(ctx, "need_state."+string(s)), Tone: tone}
}

// Options are codes of a family as choices of a field.
func Options(ctx context.Context, family string, codes []string) []ui.Option {
	out := make([]ui.Option, len(codes))
	for i, c := range codes {
		out[i] = ui.Option{Value: c, Label: Word(ctx, family, c)}
	}
	return out
}

// FacetSpec says how one attribute of the index becomes a facet.
type FacetSpec struct {
	Name  string // attribute and parameter
	Title string
	Label func(value string) string // nil: the value itself
	Order []string                  // values in a fixed order; nil: by count
}

// Facets turns the counts of a search into facets.
func Facets(counts map[string][]retrieval.Count, specs []FacetSpec) []ui.Facet {
	var out []ui.Facet
	for _, spec := range specs {
		f := ui.Facet{Name: spec.Name, Title: spec.Title}
		values := slices.Clone(counts[spec.Name])
		if spec.Order != nil {
			slices.SortStableFunc(values, func(a, b retrieval.Count) int {
				return place(spec.Order, a.Value) - place(spec.Order, b.Value)
			})
		}
		for _, c := range values {
			label := c.Value
			if spec.Label != nil {
				label = spec.Label(c.Value)
			}
			if label != "" {
				f.Values = append(f.Values, ui.FacetValue{Value: c.Value, Label: label, Count: c.N})
			}
		}
		out = append(out, f)
	}
	return out
}

func place(order []string, v string) int {
	if i := slices.Index(order, v); i >= 0 {
		return i
	}
	return len(order)
}

// AreaNames gives every area's name by its ID.
func (s *Services) AreaNames(ctx context.Context) (map[hub.ID]hub.Text, error) {
	areas, err := s.Accounts.Areas(ctx)
	out := make(map[hub.ID]hub.Text, len(areas))
	for _, a := range areas {
		out[a.ID] = a.Name
	}
	return out, err
}

// Find asks the index for a page of a list. In addresses areas go by their slug:
// q.Any["area"] and the facet "area" hold slugs here. names tells the areas by
// slug.
func (s *Services) Find(ctx context.Context, a hub.Actor, q search.Query) (r search.Result, names map[string]hub.Text, err error) {
	areas, err := s.Accounts.Areas(ctx)
	if err != nil {
		return r, nil, err
	}
	names = make(map[string]hub.Text, len(areas))
	ids, slugs := map[string]hub.ID{}, map[string]string{}
	for _, x := range areas {
		names[x.Slug], ids[x.Slug], slugs[string(x.ID)] = x.Name, x.ID, x.Slug
	}
	for _, slug := range q.Any["area"] {
		id, ok := ids[slug]
		if !ok {
			id = hub.ID(slug) // no such area: nothing is in it
		}
		q.Areas = append(q.Areas, id)
	}
	delete(q.Any, "area")
	if r, err = s.Search.Search(ctx, a, q); err != nil {
		return r, nil, err
	}
	for i, c := range r.Facets["area"] {
		r.Facets["area"][i].Value = slugs[c.Value]
	}
	return r, names, nil
}

// AreaOptions are the areas in which the actor may add records.
func (s *Services) AreaOptions(ctx context.Context, a hub.Actor) ([]ui.Option, error) {
	areas, err := s.Accounts.Areas(ctx)
	var out []ui.Option
	for _, x := range areas {
		if slices.ContainsFunc(a.Roles, func(r hub.RoleIn) bool { return r.Area == x.ID && (r.Role.Staff() || r.Role.Member()) }) {
			out = append(out, ui.Option{Value: string(x.ID), Label: i18n.Text(ctx, x.Name)})
		}
	}
	return out, err
}

// SearchWords are the words somebody typed, for marking.
func SearchWords(q string) []string { return strings.Fields(strings.ReplaceAll(q, "　", " ")) }

// Snippet gives the passage of the texts in which most of the words stand, or
// the beginning of the first text when none has any.
func Snippet(ctx context.Context, words []string, texts ...hub.Text) ui.Marked {
	var all []text
	for _, t := range texts {
		all = append(all, text{body: i18n.Text(ctx, t)})
	}
	return passage(all, words).Text
}

// OptionsWith is Options with what is chosen already though Kyoten has no code
// for it, so that a label as typed is not lost by saving.
func OptionsWith(ctx context.Context, family string, codes, chosen []string) []ui.Option {
	all := slices.Clone(codes)
	for _, c := range chosen {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return Options(ctx, family, all)
}

// Levels are the nine readiness levels as choices, each with its meaning.
func Levels(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "trl.0")}}
	for n := 1; n <= 9; n++ {
		d := strconv.Itoa(n)
		out = append(out, ui.Option{Value: d, Label: d + "　" + i18n.T(ctx, "trl."+d)})
	}
	return out
}

// SplitWords reads a list of words as people type it: divided by commas of
// either language, 、 ; or line ends.
func SplitWords(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;；\n", r) })
	for i, w := range words {
		words[i] = strings.TrimSpace(w)
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// MoneyCells gives a sum for a spreadsheet: the yen, and a word where there is
// none.
func MoneyCells(ctx context.Context, m hub.Money) (yen, why sheet.Value) {
	if m.State == hub.Amount {
		return sheet.Int(m.Yen), sheet.Str("")
	}
	return sheet.Value{}, sheet.Str(i18n.Money(ctx, m))
}

// Count is a number for a spreadsheet, and an empty cell for 0.
func Count(n int) sheet.Value {
	if n == 0 {
		return sheet.Value{}
	}
	return sheet.Int(int64(n))
}

// PersonNames gives the names of those of ids whom the reader may see.
func (s *Services) PersonNames(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]string, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id hub.ID) bool { return id == "" })
	names := map[hub.ID]string{}
	rows, err := s.Directory.People.Rows(ctx, a, ids)
	for _, p := range rows {
		names[p.ID] = p.Name
		if i18n.Lang(ctx) == hub.EN && p.English != "" {
			names[p.ID] = p.English
		}
	}
	return names, err
}

// Address is where the reader finds a page again, as he came.
func Address(r *http.Request, path string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}
