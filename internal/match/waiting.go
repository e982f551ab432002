package match

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Pair is a record and one of its candidates, without their texts.
type Pair struct{ Record, Other hub.ID }

// Fresh gives those of pairs whose candidate the actor has not been shown at its
// record and about which nobody has decided, in their order. The caller has made
// sure that he may see both.
func (s *Service) Fresh(ctx context.Context, a hub.Actor, pairs []Pair) (out []Pair, err error) {
	if a.User == "" || len(pairs) == 0 {
		return nil, nil
	}
	var records []string
	for _, p := range pairs {
		if n := len(records); n == 0 || records[n-1] != string(p.Record) {
			records = append(records, string(p.Record))
		}
	}
	known := map[Pair]bool{}
	var args db.Args
	q := "select record_id, other_id from shown where user_id = " + args.Add(string(a.User)) + " and " + db.In(&args, "record_id", records) +
		" union all select need_id, seed_id from decision where undone = 0 and " + db.In(&args, "need_id", records) +
		" union all select seed_id, need_id from decision where undone = 0 and " + db.In(&args, "seed_id", records)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, func(r db.Row) (p Pair, err error) {
			err = r.Scan(&p.Record, &p.Other)
			return p, err
		}, q, args...)
		for _, p := range all {
			known[p] = true
		}
		return err
	})
	for _, p := range pairs {
		if !known[p] {
			out = append(out, p)
		}
	}
	return out, err
}
