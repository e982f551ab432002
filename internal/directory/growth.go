package directory

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Growth is how many members an area has on certain days, by category.
type Growth struct {
	Days       []hub.Date
	Categories []string // the area's own words, or kinds of organisation; most numerous first
	// Counts[i][category][class] is the number on Days[i].
	Counts []map[string]map[MembershipClass]int
}

// Total gives the number of members on Days[i].
func (g Growth) Total(i int) (n int) {
	for _, byClass := range g.Counts[i] {
		for _, c := range byClass {
			n += c
		}
	}
	return n
}

// Growth counts the members of an area that the actor may know of, on each of
// the days given.
func (s *Memberships) Growth(ctx context.Context, a hub.Actor, area hub.ID, days []hub.Date) (Growth, error) {
	g := Growth{Days: days, Counts: make([]map[string]map[MembershipClass]int, len(days))}
	all, err := s.Of(ctx, a, area)
	if err != nil {
		return g, err
	}
	var ids []hub.ID
	for _, m := range all {
		ids = append(ids, m.Organisation)
	}
	organisations, err := (&Organisations{s.room}).Some(ctx, ids)
	if err != nil {
		return g, err
	}
	kind := map[hub.ID]string{}
	for _, o := range organisations {
		kind[o.ID] = string(o.Kind)
	}
	most := map[string]int{}
	for i, day := range days {
		g.Counts[i] = map[string]map[MembershipClass]int{}
		for _, m := range all {
			if !m.InForce(day) {
				continue
			}
			category := firstOf(m.Category, kind[m.Organisation])
			if g.Counts[i][category] == nil {
				g.Counts[i][category] = map[MembershipClass]int{}
			}
			g.Counts[i][category][m.Class]++
			most[category]++
		}
	}
	for c := range most {
		g.Categories = append(g.Categories, c)
	}
	slices.SortFunc(g.Categories, func(a, b string) int {
		if most[a] != most[b] {
			return most[b] - most[a]
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	return g, nil
}

// MonthEnds gives the last day of each month from the month of from to that of
// until, at most ten years of them.
func MonthEnds(from, until hub.Date) (out []hub.Date) {
	if from == "" || until == "" {
		return nil
	}
	t := from.Time()
	for len(out) < 120 {
		// Day 0 of the month after is the last of this one.
		end := hub.DateOf(t.AddDate(0, 1, 1-t.Day()).AddDate(0, 0, -1))
		out = append(out, end)
		if end >= until {
			break
		}
		t = end.AddDays(1).Time()
	}
	return out
}
