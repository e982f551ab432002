package needs

import (
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// blank is the form of a new need.
func blank() *ui.Form {
	return ui.NewForm("kind", catalogue.CompanyNeed, "scope", string(hub.HubOnly), "name_scope", string(hub.HubOnly),
		"detail_scope", string(hub.HubOnly), "state", string(catalogue.NeedReceived))
}

// formOf fills the form from a need.
func formOf(n *catalogue.Need) *ui.Form {
	d := &n.Detail
	f := ui.NewForm()
	f.SetText("anonymous", n.Anonymous).SetText("affected", n.Affected).
		SetText("words", d.Words).SetText("problem", d.Problem).SetText("background", d.Background).
		SetText("conditions", d.Conditions).SetText("constraints", d.Constraints).SetText("tried", d.Tried).
		SetText("success", d.Success).SetText("view", d.View).Set("contact", d.Contact).
		Set("keywords.ja", strings.Join(n.Keywords.JA, "、")).Set("keywords.en", strings.Join(n.Keywords.EN, ", ")).
		Set("kind", n.Kind).Set("prefecture", n.Prefecture).Set("deadline", string(n.Deadline)).SetMoney("budget", n.Budget).
		Set("nda", n.NDA).Set("state", string(n.State)).Set("reason", n.Reason)
	if n.TRLWish > 0 {
		f.Set("trl_wish", strconv.Itoa(n.TRLWish))
	}
	f.Values["forms"] = n.Forms
	return f
}

// read puts what was typed into a need. What cannot be read is noted in the
// form.
func read(f *ui.Form, n *catalogue.Need, detail bool) {
	n.Anonymous, n.Affected = f.Bilingual("anonymous"), f.Bilingual("affected")
	n.Keywords = catalogue.Words{JA: records.SplitWords(f.Text("keywords.ja")), EN: records.SplitWords(f.Text("keywords.en"))}
	n.Kind, n.Prefecture, n.Deadline, n.Budget = f.Get("kind"), f.Get("prefecture"), f.Date("deadline"), f.Money("budget")
	n.Forms, n.TRLWish, n.NDA = f.List("forms"), int(f.Int("trl_wish")), f.Get("nda")
	n.State, n.Reason = catalogue.State(f.Get("state")), f.Text("reason")
	if detail {
		n.Detail = catalogue.NeedDetail{
			Words: f.Bilingual("words"), Problem: f.Bilingual("problem"), Background: f.Bilingual("background"),
			Conditions: f.Bilingual("conditions"), Constraints: f.Bilingual("constraints"), Tried: f.Bilingual("tried"),
			Success: f.Bilingual("success"), View: f.Bilingual("view"), Contact: f.Text("contact"),
		}
	}
}
