package match

import (
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// NeedFields gives the text of a need as a question to the seeds, each part
// with what it counts. The title and the restated problem say what is sought;
// background and what was tried say it only by the way. Without the detail
// layer the anonymous version speaks alone.
func NeedFields(n *catalogue.Need) []lexical.Field {
	f := fields{}
	f.text("title", lexical.TitleWeight, n.Title)
	f.words("keywords", lexical.TitleWeight, n.Keywords)
	d := &n.Detail
	if (*d == catalogue.NeedDetail{}) {
		f.text("anonymous", 1, n.Anonymous)
	} else {
		f.text("words", 1, d.Words)
		f.text("problem", 1.5, d.Problem)
		f.text("conditions", 1, d.Conditions)
		f.text("success", 1, d.Success)
		f.text("constraints", .5, d.Constraints)
		f.text("background", .5, d.Background)
		f.text("tried", .3, d.Tried)
	}
	f.text("affected", .5, n.Affected)
	return f
}

// SeedFields gives the text of a seed, as a question to the needs and as a
// document in the index alike.
func SeedFields(s *catalogue.Seed) []lexical.Field {
	f := fields{}
	f.text("title", lexical.TitleWeight, s.Title)
	f.words("keywords", lexical.TitleWeight, s.Keywords)
	f.text("summary", 1, s.Summary)
	f.text("applications", 1, s.Applications)
	f.text("advantage", 1, s.Advantage)
	f.text("challenges", .5, s.Challenges)
	f.text("remark", .5, s.Remark)
	f.text("detail", 1, s.Detail)
	return f
}

type fields []lexical.Field

func (f *fields) text(name string, weight float32, t hub.Text) {
	for _, s := range []string{t.JA, t.EN} {
		if s != "" {
			*f = append(*f, lexical.Field{Name: name, Weight: weight, Text: s})
		}
	}
}

func (f *fields) words(name string, weight float32, w catalogue.Words) {
	f.text(name, weight, hub.Text{JA: strings.Join(w.JA, "、"), EN: strings.Join(w.EN, ", ")})
}

// needText and seedText are what a sketch is made of: the text that everyone who
// may see the record sees.
func needText(n *catalogue.Need) string { return joined(NeedFields(summaryOf(n))) }

func summaryOf(n *catalogue.Need) *catalogue.Need {
	c := *n
	c.Detail = catalogue.NeedDetail{}
	return &c
}

func seedText(s *catalogue.Seed) string {
	c := *s
	c.Detail = hub.Text{}
	return joined(SeedFields(&c))
}

func joined(f []lexical.Field) string {
	var b strings.Builder
	for _, x := range f {
		b.WriteString(x.Text)
		b.WriteByte('\n')
	}
	return b.String()
}
