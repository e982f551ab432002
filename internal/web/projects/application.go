package projects

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// applying is the page of a project's application: the draft, the review or the
// decision, whichever it waits for, and the rounds before.
type applying struct {
	view   catalogue.View[project.Project]
	rounds []project.Application
	form   *ui.Form
	staff  []ui.Option
	leads  bool
	user   hub.ID
}

// now is the round that is not decided; the zero value when there is none.
func (x applying) now() project.Application {
	if len(x.rounds) > 0 && (x.rounds[0].State == project.Draft || x.rounds[0].State == project.Submitted) {
		return x.rounds[0]
	}
	return project.Application{}
}

// mine is the review that is asked of the reader.
func (x applying) mine() (project.Review, bool) {
	for _, r := range x.now().Reviews {
		if r.Reviewer == x.user && x.user != "" {
			return r, true
		}
	}
	return project.Review{}, false
}

// application answers GET /projects/{id}/application.
func (p *Pages) application(w http.ResponseWriter, r *http.Request) error {
	x, err := p.applying(r)
	if err != nil {
		return err
	}
	t := x.now().Text
	if x.now().ID == "" && len(x.rounds) > 0 { // the next round begins with the last one's text
		t = x.rounds[0].Text
	}
	x.form = ui.NewForm("version", strconv.Itoa(x.view.Entry.Version), "question", t.Question, "approach", t.Approach, "team", t.Team, "value", t.Value, "wish", t.Wish)
	if mine, ok := x.mine(); ok {
		x.form.Set("verdict", mine.Verdict).Set("remark", mine.Remark)
		for key, n := range mine.Marks {
			x.form.Set("mark."+key, strconv.Itoa(n))
		}
	}
	return web.Render(w, r, http.StatusOK, applicationPage(x))
}

func (p *Pages) applying(r *http.Request) (x applying, err error) {
	if x.view, err = p.one(r); err != nil {
		return x, err
	}
	if !x.view.Detail {
		return x, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x.user, x.leads = a.User, project.Leads(a, x.view.Entry.Area)
	if x.rounds, err = p.Projects.Applications(ctx, a, x.view.Entry.ID); err != nil {
		return x, err
	}
	x.staff, err = p.staffOptions(ctx, a, x.view.Entry.Area)
	return x, err
}

// applied answers POST /projects/{id}/application. The field do says which of
// the page's forms was sent.
func (p *Pages) applied(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.applying(r)
	if err != nil {
		return err
	}
	x.form = f
	ctx, a, id := r.Context(), web.ActorOf(r.Context()), x.view.Entry.ID
	version, _ := strconv.Atoi(f.Get("version"))
	said := "record.saved"
	switch f.Get("do") {
	case "submit":
		said = "projects.submitted"
		var reviewers []project.Reviewer
		for _, who := range f.List("reviewers") {
			if o, ok := chosen(x.staff, who); ok {
				reviewers = append(reviewers, project.Reviewer{ID: hub.ID(o.Value), Name: o.Label})
			}
		}
		due := f.Date("due")
		if err = f.Err(); err == nil {
			err = p.Projects.Submit(ctx, a, id, version, reviewers, due, i18n.T(ctx, "projects.review_task"))
		}
	case "judge":
		said = "projects.judged"
		marks := map[string]int{}
		for _, c := range x.now().Text.Criteria {
			marks[c.Key] = int(f.Int("mark." + c.Key))
		}
		if err = f.Err(); err == nil {
			err = p.Projects.Judge(ctx, a, id, f.Get("verdict"), marks, f.Text("remark"))
		}
	case "adopt", "decline":
		said = "projects.decided"
		on := f.Date("on")
		if err = f.Err(); err == nil {
			_, err = p.Projects.Decide(ctx, a, id, version, f.Get("do") == "adopt", on, f.Text("reason"))
		}
	default:
		err = p.Projects.WriteApplication(ctx, a, id, project.ApplicationText{
			Question: f.Text("question"), Approach: f.Text("approach"), Team: f.Text("team"), Value: f.Text("value"), Wish: f.Text("wish"),
		})
	}
	if err == nil {
		return web.RedirectWith(w, r, href(id)+"/application", said)
	}
	if !f.Take(err) {
		return err
	}
	if t := x.now().Text; f.Get("do") != "" && f.Get("do") != "save" { // the forms beside it show what is kept
		for name, s := range map[string]string{"question": t.Question, "approach": t.Approach, "team": t.Team, "value": t.Value, "wish": t.Wish} {
			f.Set(name, s)
		}
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, applicationPage(x))
}
