package projects

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// portfolio is what board and chart have in common: which areas, divided how.
type portfolio struct {
	path  string
	area  account.Area // the zero value for all
	areas []account.Area
	by    string
	names map[hub.ID]project.Scheme
}

// portfolioOf reads the address. Without an area it is the reader's own, and for
// who has none, or asks for "all", all areas by their common stages.
func (p *Pages) portfolioOf(r *http.Request, path string) (x portfolio, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x.path, x.by = path, r.URL.Query().Get("by")
	if x.areas, err = p.Accounts.Areas(ctx); err != nil {
		return x, err
	}
	slug := r.URL.Query().Get("area")
	own := a.Areas(func(hub.Role) bool { return true })
	for _, y := range x.areas {
		if y.Slug == slug || slug == "" && x.area.ID == "" && slices.Contains(own, y.ID) {
			x.area = y
		}
	}
	if !slices.Contains([]string{project.ByTier, project.ByState, project.ByStage}, x.by) {
		x.by = project.ByTier
	}
	if x.area.ID == "" && x.by == project.ByTier {
		x.by = project.ByStage
	}
	x.names, err = p.Projects.Schemes(ctx)
	return x, err
}

// ids are the areas asked for; nil means all.
func (x portfolio) ids() []hub.ID {
	if x.area.ID == "" {
		return nil
	}
	return []hub.ID{x.area.ID}
}

// word names a column.
func (x portfolio) word(ctx context.Context, key string) string {
	switch x.by {
	case project.ByState:
		return i18n.T(ctx, "project_state."+key)
	case project.ByStage:
		return i18n.T(ctx, "project_stage."+key)
	}
	s := schemeOf(x.names, x.area.ID)
	for _, t := range s.Tiers {
		if ui.Number(t.Number) == key {
			return tierWord(ctx, s, t.Number)
		}
	}
	return key
}

func (x portfolio) href(area, by string) string {
	a := ui.Address{Path: x.path, Query: map[string][]string{}}
	if area == "" {
		area = "all"
	}
	return a.Set("area", area).Set("by", by).String()
}

// boarding is the board's page.
type boarding struct {
	portfolio
	board  project.Board
	orgs   map[hub.ID]hub.Text
	people map[hub.ID]string
	today  hub.Date
	staff  func(hub.ID) bool
}

// board answers GET /projects/board.
func (p *Pages) board(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	of, err := p.portfolioOf(r, "/projects/board")
	if err != nil {
		return err
	}
	x := boarding{portfolio: of, today: p.Today(), staff: a.StaffOf}
	if x.board, err = p.Projects.Board(ctx, a, project.BoardQuery{By: x.by, Areas: x.ids()}); err != nil {
		return err
	}
	var orgs, persons []hub.ID
	for _, c := range x.board.Columns {
		for _, card := range c.Cards {
			if id := card.View.Entry.Organisation; id != "" {
				orgs = append(orgs, id)
			}
			persons = append(persons, card.View.Entry.Coordinator)
		}
	}
	if x.orgs, err = p.Directory.Organisations.Names(ctx, a, orgs); err != nil {
		return err
	}
	if x.people, err = p.PersonNames(ctx, a, persons); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, boardPage(x))
}

func (x boarding) columns(ctx context.Context) (out []ui.BoardColumn) {
	for _, c := range x.board.Columns {
		col := ui.BoardColumn{Key: c.Key, Title: x.word(ctx, c.Key), Total: c.Total}
		for _, card := range c.Cards {
			col.Cards = append(col.Cards, x.card(ctx, card))
		}
		out = append(out, col)
	}
	return out
}

func (x boarding) card(ctx context.Context, c project.Card) ui.BoardCard {
	e := &c.View.Entry
	out := ui.BoardCard{ID: string(e.ID), Title: ui.Link{Label: i18n.Text(ctx, e.Title), Href: href(e.ID)}}
	for _, f := range c.Flags {
		out.Flags = append(out.Flags, i18n.T(ctx, "project_flag."+f.Code, "n", f.Days, "day", f.Day))
	}
	if name := by(ctx, c.View, x.orgs); name != "" {
		out.Facts = append(out.Facts, name)
	}
	if x.by != project.ByState {
		out.Facts = append(out.Facts, i18n.T(ctx, "project_state."+string(e.State)))
	} else if e.Tier != 0 {
		out.Facts = append(out.Facts, tierWord(ctx, schemeOf(x.names, e.Area), e.Tier))
	}
	out.Facts = append(out.Facts, i18n.T(ctx, "projects.days_here", "n", c.Days))
	if name := x.people[e.Coordinator]; name != "" {
		out.Facts = append(out.Facts, i18n.T(ctx, "projects.led_by", "name", name))
	}
	if c.Next != "" && c.Next >= x.today {
		out.Facts = append(out.Facts, i18n.T(ctx, "projects.next_on", "day", c.Next))
	}
	switch {
	case !c.View.Edit || x.by == project.ByStage:
	case x.by == project.ByState:
		out.Move = &ui.Link{Label: i18n.T(ctx, "projects.state_title"), Href: href(e.ID) + "/state"}
	case c.View.Detail:
		out.Move = &ui.Link{Label: i18n.T(ctx, "projects.tier_title"), Href: href(e.ID) + "/tier"}
	}
	return out
}

func (x portfolio) options(ctx context.Context) (areas, ways []ui.Tab) {
	for _, y := range x.areas {
		areas = append(areas, ui.Tab{Label: i18n.Text(ctx, y.Name), Href: x.href(y.Slug, x.by), Current: y.ID == x.area.ID, Count: -1})
	}
	areas = append(areas, ui.Tab{Label: i18n.T(ctx, "projects.all_areas"), Href: x.href("", project.ByStage), Current: x.area.ID == "", Count: -1})
	keys := []string{project.ByStage, project.ByState}
	if x.area.ID != "" {
		keys = []string{project.ByTier, project.ByState}
	}
	for _, key := range keys {
		ways = append(ways, ui.Tab{Label: records.Word(ctx, "projects", "by_"+key), Href: x.href(x.area.Slug, key), Current: key == x.by, Count: -1})
	}
	return areas, ways
}

func areaParam(x portfolio) []string {
	if x.area.Slug == "" {
		return nil
	}
	return []string{x.area.Slug}
}

// boardLead says first what wants attention.
func boardLead(ctx context.Context, x boarding) string {
	if x.board.Flagged == 0 {
		return i18n.T(ctx, "projects.board_lead")
	}
	return i18n.T(ctx, "projects.board_flagged", "n", x.board.Flagged)
}
