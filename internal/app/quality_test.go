package app

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
)

// The sample hub's needs are matched as a coordinator of all its areas would see
// them, and set against the answers that were written with the samples: nDCG@10
// (linear gain) over needs that have a right seed, and how many of those without
// one stay quiet, that is, are proposed nothing of high or medium confidence.
func TestMatchingOfTheSampleHub(t *testing.T) {
	samples, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	clock := &almanac{}
	a, err := Open(t.Context(), Storage{Database: filepath.Join(t.TempDir(), "kyoten.db")}, quiet, Options{Demo: true, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.loadSamples(t.Context(), clock); err != nil {
		t.Fatal(err)
	}
	if err := a.Search.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	areas, err := a.Account.Areas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	chief := hub.Actor{Kind: hub.User, User: hub.NewID()}
	for _, x := range areas {
		chief.Roles = append(chief.Roles, hub.RoleIn{Role: hub.Chief, Area: x.ID})
	}
	needs := map[string]hub.ID{}
	if err := a.Catalogue.Needs.Each(t.Context(), func(n catalogue.Need) error { needs[n.Number] = n.ID; return nil }); err != nil {
		t.Fatal(err)
	}
	sum, n := map[demo.AnswerClass]float64{}, map[demo.AnswerClass]int{}
	quietNeeds, first := 0, map[demo.AnswerClass]int{}
	for _, answer := range samples.Answers {
		grade := map[string]int{}
		for _, g := range answer.Seeds {
			grade[g.Seed] = g.Grade
		}
		c, err := a.Match.Propose(t.Context(), chief, match.ByNeed, needs[answer.Need], 10)
		if hub.KindOf(err) == hub.NotFound { // not for a chief: a case or sealed need
			t.Logf("%s is not open to the hub's own people", answer.Need)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		found := append(c.Proposals, c.Decided...)
		if answer.Class == demo.None {
			loud := false
			for _, p := range found {
				loud = loud || p.Confidence == match.High || p.Confidence == match.Medium
			}
			if !loud {
				quietNeeds++
			}
			n[demo.None]++
			if len(found) > 0 {
				t.Logf("none  %s: best %s, share %.3f, %s", answer.Need, found[0].Seed.Entry.Number, found[0].Share, found[0].Confidence)
			}
			continue
		}
		gain := 0.0
		for _, p := range found {
			if g := grade[p.Seed.Entry.Number]; g > 0 && p.Rank > 0 && p.Rank <= 10 {
				gain += float64(g) / math.Log2(float64(p.Rank)+1)
				t.Logf("%-5s %s: %s, rank %d, share %.3f, %s", answer.Class, answer.Need, p.Seed.Entry.Number, p.Rank, p.Share, p.Confidence)
				if p.Rank == 1 {
					first[answer.Class]++
				}
			}
		}
		ideal, rank := 0.0, 0
		for _, g := range []int{2, 1} {
			for _, x := range answer.Seeds {
				if x.Grade == g {
					rank++
					ideal += float64(g) / math.Log2(float64(rank)+1)
				}
			}
		}
		sum[answer.Class] += gain / ideal
		n[answer.Class]++
	}
	for _, class := range []demo.AnswerClass{demo.Plain, demo.Gap} {
		t.Logf("%s: nDCG@10 %.3f over %d needs, right seed first for %d", class, sum[class]/float64(n[class]), n[class], first[class])
	}
	t.Logf("none: %d of %d stay quiet", quietNeeds, n[demo.None])
	for class, least := range map[demo.AnswerClass]float64{demo.Plain: .95, demo.Gap: .80} {
		if got := sum[class] / float64(n[class]); got < least {
			t.Errorf("%s needs: nDCG@10 %.3f, it was above %.2f", class, got, least)
		}
	}
	if quietNeeds < 8 {
		t.Errorf("%d of %d needs without a right seed stay quiet, it was 10", quietNeeds, n[demo.None])
	}
}
