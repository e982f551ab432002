package enquiry

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Expert is a person of the directory whose expertise is near to a text.
type Expert struct {
	Person hub.ID
	Share  float32  // 0 to 1: how much of the text he answers
	Words  []string // of the text, found with him
}

// Finder gives the people of an area nearest to a text that the actor may find,
// the best first.
type Finder func(ctx context.Context, a hub.Actor, area hub.ID, text string) ([]Expert, error)

// Suggestion is one of the area's staff who could answer, and why.
type Suggestion struct {
	User  hub.ID
	Name  string
	Words []string // of the enquiry, in his expertise
	Open  int      // enquiries of his whose clock runs
	Late  int      // of these, past their day
	share float32
}

// each open enquiry weighs as much as this share of the question.
const loadWeight = 0.03

// Suggest lists the area's staff, those who could answer best first: by what
// they know of the question, less what they carry already.
func (s *Service) Suggest(ctx context.Context, a hub.Actor, id hub.ID) (out []Suggestion, err error) {
	defer hub.Wrap(&err, "enquiry.Suggest(%s)", id)
	v, err := s.Get(ctx, a, id)
	if err != nil || v.StatusOnly || !a.StaffOf(v.Area) {
		return nil, err
	}
	colleagues, err := s.Accounts.Colleagues(ctx, a, v.Area)
	if err != nil {
		return nil, err
	}
	var users []hub.ID
	for _, c := range colleagues {
		users = append(users, c.ID)
	}
	persons, err := s.Accounts.PersonsOf(ctx, users)
	if err != nil {
		return nil, err
	}
	load, err := s.carried(ctx, v.Area)
	if err != nil {
		return nil, err
	}
	experts := map[hub.ID]Expert{}
	if s.Find != nil {
		found, err := s.Find(ctx, a, v.Area, v.Words)
		if hub.KindOf(err) == hub.Unavailable {
			err = nil // the index is still being read: the load alone decides
		}
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			experts[x.Person] = x
		}
	}
	for _, c := range colleagues {
		x := Suggestion{User: c.ID, Name: c.Name, Open: load[c.ID][0], Late: load[c.ID][1]}
		for _, p := range persons[c.ID] {
			if e := experts[p]; e.Share > x.share {
				x.share, x.Words = e.Share, e.Words
			}
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		x, y := a.share-loadWeight*float32(a.Open), b.share-loadWeight*float32(b.Open)
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out, nil
}

// carried counts what each account of an area carries: open, and of these late.
func (s *Service) carried(ctx context.Context, area hub.ID) (map[hub.ID][2]int, error) {
	out := map[hub.ID][2]int{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := db.All(ctx, tx, func(r db.Row) (x struct{}, err error) {
			var user hub.ID
			var n, late int
			err = r.Scan(&user, &n, &late)
			out[user] = [2]int{n, late}
			return x, err
		}, `select assignee_id, count(*), sum(case when due_on < $2 then 1 else 0 end) from enquiry
			where area_id = $1 and due_on <> '' and assignee_id <> '' group by assignee_id`, string(area), string(s.today()))
		return err
	})
	return out, err
}
