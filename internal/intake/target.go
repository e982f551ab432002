package intake

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// target is the room that an import's records go to.
type target interface {
	// kind is the records' name in the log.
	kind() string
	// plan turns a batch of drafts that are not refused into items: it finds the
	// records they meet and says what would happen. seen lasts for one import.
	plan(ctx context.Context, a hub.Actor, imp *Import, seen *memory, drafts []Draft) ([]Item, error)
	// create makes records, in the Write that ctx carries if there is one.
	create(ctx context.Context, a hub.Actor, imp *Import, items []Item) error
	// change changes one record; a Conflict says that it is not as planned.
	change(ctx context.Context, a hub.Actor, imp *Import, it Item) error
	// versions gives the present version of records; a withdrawn one is missing.
	versions(ctx context.Context, ids []hub.ID) (map[hub.ID]int, error)
	// withdraw takes created records out again, restore puts one back as it was.
	withdraw(ctx context.Context, a hub.Actor, ids []hub.ID) error
	restore(ctx context.Context, a hub.Actor, it Item) error
	// linked tells which records others hang on.
	linked(ctx context.Context, ids []hub.ID) (map[hub.ID]string, error)
}

// arrivals is a target that can take records in bit by bit and show them all at
// once. What comes of the others comes in the one transaction that applies.
type arrivals interface {
	target
	// arriving hides what create makes for an import until arrived; discard takes
	// away what has not arrived.
	arriving(ctx context.Context, a hub.Actor, imported hub.ID) error
	arrived(ctx context.Context, imported hub.ID) error
	discard(ctx context.Context, a hub.Actor, imported hub.ID) error
}

// memory is what planning remembers from batch to batch.
type memory struct {
	rows map[string]int    // key of a record to the row that made it
	orgs map[string]hub.ID // names already looked up
}
