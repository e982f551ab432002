package match

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Judged gives a function that tells which needs or seeds a decision stands on,
// so that an import is not taken back from under it. Kind is "need" or "seed";
// the text is the catalogue's key of the reason. It asks no actor: it says no
// more than that there is one, to those who may edit the record.
func Judged(d *db.DB) func(ctx context.Context, kind string, ids []hub.ID) (map[hub.ID]string, error) {
	return func(ctx context.Context, kind string, ids []hub.ID) (map[hub.ID]string, error) {
		out := map[hub.ID]string{}
		if kind != "need" && kind != "seed" {
			return out, nil
		}
		err := d.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			for chunk := range slices.Chunk(ids, 500) {
				texts := make([]string, len(chunk))
				for i, id := range chunk {
					texts[i] = string(id)
				}
				var args db.Args
				q := "select distinct " + kind + "_id from decision where undone = 0 and " + db.In(&args, kind+"_id", texts)
				found, err := db.All(ctx, tx, db.Scalar[hub.ID], q, args...)
				if err != nil {
					return err
				}
				for _, id := range found {
					out[id] = "intake.kept_judged"
				}
			}
			return nil
		})
		return out, err
	}
}
