package records

import (
	"context"
	"strings"
	"unicode"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Reason draws a proposal as the reader may see it. side says from which record
// he looks; by is who stands behind the other one.
func Reason(ctx context.Context, p match.Proposal, side match.Side, by string) ui.Reason {
	theirs, ours := seedTexts(ctx, &p.Seed.Entry), needTexts(ctx, &p.Need.Entry)
	title, href, scope := i18n.Text(ctx, p.Seed.Entry.Title), "/seeds/"+string(p.Seed.Entry.ID), p.Seed.Entry.Scope
	if side == match.BySeed {
		theirs, ours = ours, theirs
		title, href, scope = i18n.Text(ctx, p.Need.Entry.Title), "/needs/"+string(p.Need.Entry.ID), p.Need.Entry.Scope
	}
	words := topWords(p.Reasons, 12)
	r := ui.Reason{
		Title: Mark(title, words), Href: href, By: by, Scope: scope,
		Sentence: Sentence(ctx, p), Confidence: string(p.Confidence), New: p.New,
		Ours: passage(ours, words), Theirs: passage(theirs, words),
	}
	for _, x := range p.Reasons {
		if x.Bridge != "" && len(r.Bridges) < 5 {
			r.Bridges = append(r.Bridges, ui.Bridge{From: strings.Join(x.Words, ""), To: x.Bridge})
		}
	}
	for _, x := range p.Points {
		r.Aspects = append(r.Aspects, aspect(ctx, p, x, side))
		if x.Fit == match.Differs {
			r.Unfit = append(r.Unfit, PointSentence(ctx, x))
		}
	}
	return r
}

// topWords gives the words that carry the most of the score, as written in the
// question and as they stand in the answer.
func topWords(reasons []lexical.Reason, n int) (words []string) {
	for i, r := range reasons {
		if i == n {
			break
		}
		words = append(words, r.Words...)
		if r.Bridge != "" {
			words = append(words, r.Bridge)
		}
	}
	return words
}

// Mark marks words in a text, in whatever form they stand there.
func Mark(text string, words []string) ui.Marked {
	m := ui.Marked{Text: text}
	for _, s := range lexical.Highlight(text, words) {
		m.Spans = append(m.Spans, ui.Span{From: s.Start, To: s.End})
	}
	return m
}

// Sentence says in one sentence why the two stand together: the shared words,
// the words that mean the same, and a field in common. It is put together from
// templates; nothing in it is guessed.
func Sentence(ctx context.Context, p match.Proposal) string {
	var shared []string
	bridge := ""
	for _, r := range p.Reasons {
		word := strings.Join(r.Words, "")
		switch {
		case r.Bridge != "":
			if bridge == "" && r.Bridge != word {
				bridge = i18n.T(ctx, "reason.sentence_bridge", "from", word, "to", r.Bridge)
			}
		case len(shared) < 3 && len([]rune(word)) > 1 && r.Kind != lexical.Fragment && inLanguage(ctx, word):
			shared = append(shared, i18n.T(ctx, "reason.quoted", "word", word))
		}
	}
	sep, stop := "", ""
	if i18n.Lang(ctx) == hub.EN {
		sep, stop = ", ", " "
	}
	var parts []string
	if len(shared) > 0 {
		parts = append(parts, i18n.T(ctx, "reason.sentence_words", "words", strings.Join(shared, sep)))
	}
	if bridge != "" {
		parts = append(parts, bridge)
	}
	for _, x := range p.Points {
		if x.Fit == match.Fits && (x.Name == "field" || x.Name == "trl") {
			parts = append(parts, PointSentence(ctx, x)+i18n.T(ctx, "reason.stop"))
		}
	}
	if len(parts) == 0 {
		return i18n.T(ctx, "reason.sentence_parts")
	}
	return strings.Join(parts, stop)
}

// inLanguage reports whether a word may stand in a sentence of the reader's
// language: an English word in a Japanese one only when it is a name or an
// abbreviation, a Japanese word not in an English one.
func inLanguage(ctx context.Context, word string) bool {
	japanese := strings.ContainsFunc(word, func(r rune) bool { return r >= 0x3000 })
	if i18n.Lang(ctx) == hub.EN {
		return !japanese
	}
	return japanese || strings.ContainsFunc(word, unicode.IsUpper)
}

// PointSentence says one comparison of facts.
func PointSentence(ctx context.Context, x match.Point) string {
	var pairs []any
	for k, v := range x.Args {
		switch v := v.(type) {
		case []string:
			family := "field"
			if x.Name == "form" {
				family = "form"
			}
			pairs = append(pairs, k, Words(ctx, family, v))
		case hub.Money:
			pairs = append(pairs, k, i18n.Money(ctx, v))
		case hub.Date:
			pairs = append(pairs, k, i18n.Date(ctx, v))
		default:
			pairs = append(pairs, k, v)
		}
	}
	return i18n.T(ctx, x.Key, pairs...)
}

// aspect sets one fact of the need beside that of the seed.
func aspect(ctx context.Context, p match.Proposal, x match.Point, side match.Side) ui.Aspect {
	n, d := &p.Need.Entry, &p.Seed.Entry
	var need, seed string
	switch x.Name {
	case "field":
		need, seed = Words(ctx, "field", n.Fields), Words(ctx, "field", d.Fields)
	case "place":
		need, seed = i18n.T(ctx, x.Key), ""
	case "trl":
		if n.TRLWish > 0 {
			need = i18n.T(ctx, "reason.trl_from", "n", n.TRLWish)
		}
		if d.TRL.Level > 0 {
			seed = i18n.Number(ctx, int64(d.TRL.Level))
		}
	case "budget":
		need, seed = i18n.Money(ctx, n.Budget), i18n.Money(ctx, d.Budget)
	case "period":
		need = i18n.Date(ctx, n.Deadline)
		if d.Months > 0 {
			seed = i18n.T(ctx, "reason.months", "n", d.Months)
		}
	case "form":
		need, seed = Words(ctx, "form", n.Forms), Words(ctx, "form", d.Forms)
	}
	a := ui.Aspect{Label: i18n.T(ctx, "match_point."+x.Name), Here: need, There: seed}
	if side == match.BySeed {
		a.Here, a.There = seed, need
	}
	a.Fit = map[match.Fit]string{match.Fits: "yes", match.Differs: "no", match.NotKnown: "unknown"}[x.Fit]
	return a
}

type text struct{ label, body string }

func seedTexts(ctx context.Context, s *catalogue.Seed) []text {
	t := func(key string, v hub.Text) text { return text{i18n.T(ctx, "seed."+key), i18n.Text(ctx, v)} }
	return []text{
		t("summary", s.Summary), t("applications", s.Applications), t("advantage", s.Advantage),
		t("challenges", s.Challenges), t("remark", s.Remark),
		{i18n.T(ctx, "seed.keywords"), strings.Join(s.Keywords.In(i18n.Lang(ctx)), "、")},
		t("detail", s.Detail), t("title", s.Title),
	}
}

func needTexts(ctx context.Context, n *catalogue.Need) []text {
	t := func(key string, v hub.Text) text { return text{i18n.T(ctx, "need."+key), i18n.Text(ctx, v)} }
	d := &n.Detail
	return []text{
		t("words", d.Words), t("problem", d.Problem), t("anonymous", n.Anonymous), t("conditions", d.Conditions),
		t("background", d.Background), t("affected", n.Affected), t("title", n.Title),
	}
}

// passage chooses the text in which the most of the words stand.
func passage(texts []text, words []string) ui.Passage {
	best, most := ui.Passage{}, -1
	for _, t := range texts {
		if t.body == "" {
			continue
		}
		m := Mark(t.body, words)
		if n := len(m.Spans); n > most {
			best, most = ui.Passage{Label: t.label, Text: m.Excerpt(160)}, n
		}
	}
	return best
}
