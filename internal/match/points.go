package match

import (
	"slices"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// compare sets the facts of a need beside those of a seed. It tells what fits,
// what differs and what is not known; it never guesses.
func compare(n *catalogue.Need, s *catalogue.Seed, today hub.Date) []Point {
	return []Point{
		compareFields(n, s), comparePlace(n, s), compareTRL(n, s),
		compareBudget(n, s), comparePeriod(n, s, today), compareForms(n, s),
	}
}

func compareFields(n *catalogue.Need, s *catalogue.Seed) Point {
	p := Point{Name: "field"}
	if len(n.Fields) == 0 || len(s.Fields) == 0 {
		p.Key = "match_point.field_unknown"
		return p
	}
	if both := common(n.Fields, s.Fields); len(both) > 0 {
		p.Fit, p.Key, p.Args = Fits, "match_point.field_same", hub.Args("fields", both)
		return p
	}
	p.Fit, p.Key, p.Args = Differs, "match_point.field_differs", hub.Args("need", n.Fields, "seed", s.Fields)
	return p
}

func common(a, b []string) (both []string) {
	for _, x := range a {
		if slices.Contains(b, x) {
			both = append(both, x)
		}
	}
	return both
}

func comparePlace(n *catalogue.Need, s *catalogue.Seed) Point {
	if n.Area == s.Area {
		return Point{Name: "place", Fit: Fits, Key: "match_point.place_same"}
	}
	return Point{Name: "place", Fit: Differs, Key: "match_point.place_other"}
}

func compareTRL(n *catalogue.Need, s *catalogue.Seed) Point {
	p := Point{Name: "trl"}
	has, wish := s.TRL.Level, n.TRLWish
	switch {
	case has == 0 && wish == 0:
		p.Key = "match_point.trl_unknown"
	case has == 0:
		p.Key, p.Args = "match_point.trl_seed_unknown", hub.Args("wish", wish)
	case wish == 0:
		p.Key, p.Args = "match_point.trl_wish_unknown", hub.Args("has", has)
	case has >= wish:
		p.Fit, p.Key, p.Args = Fits, "match_point.trl_enough", hub.Args("has", has, "wish", wish)
	default:
		p.Fit, p.Key, p.Args = Differs, "match_point.trl_short", hub.Args("has", has, "wish", wish)
	}
	return p
}

func compareBudget(n *catalogue.Need, s *catalogue.Seed) Point {
	p := Point{Name: "budget", Args: hub.Args("need", n.Budget, "seed", s.Budget)}
	switch {
	case n.Budget.State == hub.Amount && s.Budget.State == hub.Amount && n.Budget.Yen >= s.Budget.Yen:
		p.Fit, p.Key = Fits, "match_point.budget_enough"
	case n.Budget.State == hub.Amount && s.Budget.State == hub.Amount:
		p.Fit, p.Key = Differs, "match_point.budget_short"
	default:
		p.Key = "match_point.budget_unknown"
	}
	return p
}

// comparePeriod asks whether the seed's desired period ends before the need's
// deadline.
func comparePeriod(n *catalogue.Need, s *catalogue.Seed, today hub.Date) Point {
	p := Point{Name: "period"}
	if n.Deadline == "" || s.Months == 0 {
		p.Key = "match_point.period_unknown"
		return p
	}
	end := hub.DateOf(today.Time().AddDate(0, s.Months, 0))
	p.Args = hub.Args("months", s.Months, "deadline", n.Deadline)
	if end <= n.Deadline {
		p.Fit, p.Key = Fits, "match_point.period_fits"
	} else {
		p.Fit, p.Key = Differs, "match_point.period_long"
	}
	return p
}

func compareForms(n *catalogue.Need, s *catalogue.Seed) Point {
	p := Point{Name: "form"}
	if len(n.Forms) == 0 || len(s.Forms) == 0 {
		p.Key = "match_point.form_unknown"
		return p
	}
	if both := common(n.Forms, s.Forms); len(both) > 0 {
		p.Fit, p.Key, p.Args = Fits, "match_point.form_same", hub.Args("forms", both)
		return p
	}
	p.Fit, p.Key, p.Args = Differs, "match_point.form_differs", hub.Args("need", n.Forms, "seed", s.Forms)
	return p
}
