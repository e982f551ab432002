package enquiries

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// writing is a form by which a text leaves for the asker.
type writing struct {
	view    enquiry.View
	area    account.Area
	form    *ui.Form
	reasons []ui.Option
	targets []ui.Option
}

// begin loads the enquiry for one of the forms.
func (p *Pages) begin(r *http.Request) (x writing, err error) {
	if x.view, err = p.one(r); err != nil {
		return x, err
	}
	x.area, err = p.Accounts.Area(r.Context(), x.view.Area)
	return x, err
}

// letter is a text as it usually begins and ends, in the asker's language: who is
// addressed, what kind of text it is, and who signs.
func (p *Pages) letter(r *http.Request, x writing, kind string) (subject, body string, err error) {
	ctx := i18n.With(r.Context(), x.view.Language)
	set, err := p.Enquiry.Settings(ctx, x.view.Area)
	if err != nil {
		return "", "", err
	}
	name := x.view.Asker.Name
	if body := x.view.Asker.Body; body != "" && x.view.Language == hub.JA {
		name = strings.TrimSpace(body + "　" + name)
	}
	if name == "" {
		name = i18n.T(ctx, "enquiries.dear_nobody")
	}
	pairs := []any{
		"name", name, "number", x.view.Number(), "area", x.area.Name,
		"who", web.ActorOf(r.Context()).Name, "title", x.view.Title(),
	}
	signature := i18n.Text(ctx, set.Signature)
	if signature == "" {
		signature = i18n.T(ctx, "enquiries.signature", pairs...)
	}
	parts := []string{i18n.T(ctx, "enquiries.dear", pairs...), i18n.T(ctx, "enquiries."+kind+"_text", pairs...), signature}
	return i18n.T(ctx, "enquiries."+kind+"_subject", pairs...), lines(strings.Join(parts, "\n\n")), nil
}

// lines puts line breaks where the catalogue, whose rows are single lines, marks
// them.
func lines(s string) string { return strings.ReplaceAll(s, "｜", "\n") }

func (p *Pages) start(r *http.Request, x writing, kind string) (*ui.Form, error) {
	subject, body, err := p.letter(r, x, kind)
	return ui.NewForm("version", strconv.Itoa(x.view.Version), "subject", subject, "text", body), err
}

func text(f *ui.Form) enquiry.Text {
	return enquiry.Text{Subject: f.Text("subject"), Body: f.Text("text")}
}

// answer answers GET /enquiries/{id}/answer.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	if x.form, err = p.start(r, x, "answer"); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, answerPage(x))
}

// answered answers POST /enquiries/{id}/answer.
func (p *Pages) answered(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	next := x.form.Date("next")
	if err = x.form.Err(); err == nil {
		_, err = p.Enquiry.Answer(r.Context(), web.ActorOf(r.Context()), x.view.ID, version(x.form), text(x.form), next)
	}
	if x.form.Take(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, answerPage(x))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(x.view.ID), p.sent(x, "enquiries.answered_done"))
}

// sent says what happened to a text: it left, or it must be copied.
func (p *Pages) sent(x writing, key string) string {
	if x.view.Name && x.view.Asker.Mail == "" {
		return key + "_copy"
	}
	return key
}

// decline answers GET /enquiries/{id}/decline.
func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	own, err := p.Enquiry.Reasons(r.Context(), x.view.Area)
	if err != nil {
		return err
	}
	x.reasons = reasonOptions(r.Context(), own)
	code := r.URL.Query().Get("reason")
	if x.form, err = p.start(r, x, "decline"); err != nil {
		return err
	}
	if body := reasonBody(i18n.With(r.Context(), x.view.Language), own, code); body != "" {
		x.form.Set("reason", code)
		x.form.Set("text", strings.Replace(x.form.Get("text"), i18n.T(i18n.With(r.Context(), x.view.Language), "enquiries.decline_place"), body, 1))
	}
	return web.Render(w, r, http.StatusOK, declinePage(x))
}

// declined answers POST /enquiries/{id}/decline.
func (p *Pages) declined(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	own, err := p.Enquiry.Reasons(r.Context(), x.view.Area)
	if err != nil {
		return err
	}
	x.reasons = reasonOptions(r.Context(), own)
	f := x.form
	_, err = p.Enquiry.Decline(r.Context(), web.ActorOf(r.Context()), x.view.ID, version(f), f.Get("reason"), text(f), f.Text("alternative"))
	if f.Take(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, declinePage(x))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(x.view.ID), p.sent(x, "enquiries.declined_done"))
}

func reasonOptions(ctx context.Context, own []enquiry.Reason) (out []ui.Option) {
	for _, r := range own {
		out = append(out, ui.Option{Value: r.Code, Label: i18n.Text(ctx, r.Label)})
	}
	if len(own) == 0 {
		for _, code := range enquiry.Standard {
			out = append(out, ui.Option{Value: code, Label: i18n.T(ctx, "enquiries.reason_"+code)})
		}
	}
	return out
}

// reasonBody is the courteous text that a reason begins with.
func reasonBody(ctx context.Context, own []enquiry.Reason, code string) string {
	for _, r := range own {
		if r.Code == code {
			return i18n.Text(ctx, r.Body)
		}
	}
	if key := "enquiries.reason_body_" + code; len(own) == 0 && i18n.Has(key) {
		return lines(i18n.T(ctx, key))
	}
	return ""
}

// pass answers GET /enquiries/{id}/pass.
func (p *Pages) pass(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	if x.targets, err = p.targets(r, x); err != nil {
		return err
	}
	kind := "ask_pass"
	if x.view.MayForward {
		kind = "pass"
	}
	if x.form, err = p.start(r, x, kind); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, passPage(x))
}

// passed answers POST /enquiries/{id}/pass.
func (p *Pages) passed(w http.ResponseWriter, r *http.Request) error {
	x, err := p.begin(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	if x.targets, err = p.targets(r, x); err != nil {
		return err
	}
	f := x.form
	kind, id, _ := strings.Cut(f.Get("to"), ":")
	var to enquiry.Target
	switch kind {
	case "area":
		to.Area = hub.ID(id)
	case "body":
		to.Body = hub.ID(id)
	}
	on := f.Date("consent_on")
	var done enquiry.PassResult
	if err = f.Err(); err == nil {
		done, err = p.Enquiry.Pass(r.Context(), web.ActorOf(r.Context()), x.view.ID, version(f), to, text(f), consent(f.Text, on))
	}
	if f.Take(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, passPage(x))
	}
	if err != nil {
		return err
	}
	if done.Done {
		return web.RedirectWith(w, r, href(x.view.ID), "enquiries.passed_done")
	}
	return web.RedirectWith(w, r, href(x.view.ID), p.sent(x, "enquiries.asked_done"))
}

// targets are the other areas and the institutions of this one.
func (p *Pages) targets(r *http.Request, x writing) (out []ui.Option, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.Accounts.Areas(ctx)
	if err != nil {
		return nil, err
	}
	out = []ui.Option{{Label: i18n.T(ctx, "enquiries.choose")}}
	for _, area := range areas {
		if area.ID != x.view.Area {
			out = append(out, ui.Option{Value: "area:" + string(area.ID), Label: i18n.T(ctx, "enquiries.to_area", "name", area.Name)})
		}
	}
	if !a.StaffOf(x.view.Area) {
		return out, nil
	}
	members, err := p.Directory.Memberships.Of(ctx, a, x.view.Area)
	if err != nil {
		return nil, err
	}
	var ids []hub.ID
	for _, m := range members {
		ids = append(ids, m.Organisation)
	}
	names, err := p.Directory.Names(ctx, a, ids)
	seen := map[hub.ID]bool{}
	for _, id := range ids {
		if name, ok := names[id]; ok && id != x.view.Body && !seen[id] {
			seen[id] = true
			out = append(out, ui.Option{Value: "body:" + string(id), Label: i18n.Text(ctx, name)})
		}
	}
	return out, err
}
