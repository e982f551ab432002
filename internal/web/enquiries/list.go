package enquiries

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// The views of the list.
var views = []string{"open", "mine", "unassigned", "late", "closed"}

// listing is one page of the list.
type listing struct {
	list   web.List
	view   string
	rows   []enquiry.View
	next   string
	counts map[string]int
	names  map[hub.ID]string
	areas  map[hub.ID]account.Area
	days   map[hub.ID]calendar.Calendar
	today  hub.Date
	staff  bool
	bank   bool
}

func (p *Pages) filter(view string, a hub.Actor) enquiry.Filter {
	switch view {
	case "mine":
		return enquiry.Filter{Assignee: a.User, Open: true}
	case "unassigned":
		return enquiry.Filter{Unassigned: true, Open: true}
	case "late":
		return enquiry.Filter{Until: p.today().AddDays(-1)}
	case "closed":
		return enquiry.Filter{ClosedOnly: true}
	}
	return enquiry.Filter{Open: true}
}

// read takes what the address of a list asks for.
func (p *Pages) read(r *http.Request) (l listing, f enquiry.Filter, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	l = listing{list: web.ReadList(r, nil, []string{"view", "area"}), today: p.today(), view: "open", counts: map[string]int{}}
	for _, v := range l.list.Filter("view") {
		for _, known := range views {
			if v == known {
				l.view = v
			}
		}
	}
	if l.areas, err = p.areas(ctx); err != nil {
		return l, f, err
	}
	l.staff = len(a.Areas(hub.Role.Staff)) > 0
	l.bank = len(a.Areas(func(r hub.Role) bool { return r == hub.Finance })) > 0
	f = p.filter(l.view, a)
	f.Words = l.list.Words
	for _, slug := range l.list.Filter("area") {
		for id, area := range l.areas {
			if area.Slug == slug {
				f.Areas = append(f.Areas, id)
			}
		}
	}
	return l, f, nil
}

// list answers GET /enquiries.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	l, f, err := p.read(r)
	if err != nil {
		return err
	}
	for _, v := range views {
		g := p.filter(v, a)
		g.Areas = f.Areas
		if l.counts[v], err = p.Enquiry.Count(ctx, a, g); err != nil {
			return err
		}
	}
	if l.rows, l.next, err = p.Enquiry.List(ctx, a, f, l.list.Page); err != nil {
		return err
	}
	var users []hub.ID
	for _, v := range l.rows {
		users = append(users, v.Assignee)
	}
	if l.names, err = p.Accounts.NamesOf(ctx, a, users); err != nil {
		return err
	}
	if l.days, err = p.Accounts.Calendars(ctx); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(l))
}

// mostRows bounds what one file holds.
const mostRows = 20_000

// export answers GET /enquiries.csv: the same list as a file. What strangers wrote
// is text in it, whatever it begins with.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	l, f, err := p.read(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	t := func(key string) string { return i18n.T(ctx, "enquiries."+key) }
	out, err := sheet.NewWriter(&file, sheet.Style{}, t("number"), t("area"), t("state"), t("source"), t("received"), t("promised"), t("due"), t("took"),
		t("words"), t("asker"), t("body"), t("mail"), t("phone"))
	if err != nil {
		return err
	}
	page := hub.Page{Limit: hub.MaxLimit}
	for n := 0; n < mostRows; {
		rows, next, err := p.Enquiry.List(ctx, a, f, page)
		if err != nil {
			return err
		}
		for _, v := range rows {
			words := v.Words
			if v.StatusOnly {
				words = ""
			}
			took := sheet.Value{}
			if v.Took >= 0 {
				took = sheet.Int(int64(v.Took))
			}
			if err := out.Row(sheet.Str(v.Number()), sheet.Str(i18n.Text(ctx, l.areas[v.Area].Name)), sheet.Str(stateOf(ctx, &v.Enquiry, l.today).Label),
				sheet.Str(i18n.T(ctx, "enquiry.source_"+string(v.Source))), sheet.Day(hub.DateOf(v.Received)), sheet.Day(v.Promised), sheet.Day(v.Due), took,
				sheet.Str(words), sheet.Str(v.Asker.Name), sheet.Str(v.Asker.Body), sheet.Str(v.Asker.Mail), sheet.Str(v.Asker.Phone)); err != nil {
				return err
			}
		}
		n += len(rows)
		if page.After = next; next == "" {
			break
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return web.Download(w, i18n.T(ctx, "section.enquiries")+"-"+strings.ReplaceAll(string(p.today()), "-", "")+".csv", "text/csv; charset=utf-8", file.Bytes())
}

func (l listing) tabs(ctx context.Context) []ui.Tab {
	var out []ui.Tab
	for _, v := range views {
		if !l.staff && (v == "mine" || v == "unassigned") {
			continue
		}
		out = append(out, ui.Tab{
			Label: i18n.T(ctx, "enquiries.view_"+v), Href: l.list.Address.Set("view", v).String(), Current: v == l.view, Count: l.counts[v],
		})
	}
	return out
}
