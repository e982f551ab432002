package intake

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Setup is what a person corrects before the plan is made. Sheet "" and header
// rows of 0 keep what was found; Mapping nil proposes anew when the sheet or the
// header changes and else keeps the present one.
type Setup struct {
	Sheet                   string
	HeaderFirst, HeaderLast int
	Mapping                 Mapping
}

// Correct changes sheet, header or mapping of an import that is not applied. The
// plan made before is void: the import waits again.
func (s *Service) Correct(ctx context.Context, a hub.Actor, id hub.ID, c Setup) (imp Import, err error) {
	defer hub.Wrap(&err, "intake.Correct(%s)", id)
	if imp, err = s.Get(ctx, a, id); err != nil {
		return imp, err
	}
	if imp.State != Waiting && imp.State != Ready {
		return imp, hub.Errorf(hub.Conflict, "intake.not_now")
	}
	book, closer, err := s.openFile(ctx, imp)
	if err != nil {
		return imp, err
	}
	defer closer()
	anew := false
	if c.Sheet != "" && c.Sheet != imp.Sheet {
		imp.Sheet, imp.HeaderFirst, imp.HeaderLast, anew = c.Sheet, 0, 0, true
	}
	if c.HeaderFirst > 0 && !anew && (c.HeaderFirst != imp.HeaderFirst || c.HeaderLast != imp.HeaderLast) {
		imp.HeaderFirst, imp.HeaderLast, anew = c.HeaderFirst, max(c.HeaderFirst, c.HeaderLast), true
	}
	t, err := imp.table(book)
	if err != nil {
		return imp, err
	}
	imp.describe(book, t)
	if anew {
		if imp.Choices, err = Propose(t, imp.Kind); err != nil {
			return imp, err
		}
	} else if c.Mapping != nil {
		if err := checkMapping(imp.Kind, c.Mapping); err != nil {
			return imp, err
		}
		imp.Choices = slices.Clone(imp.Choices)
		for i := range imp.Choices {
			x := &imp.Choices[i]
			if f := c.Mapping[x.Column.Letter]; f != x.Field {
				x.Field, x.Certainty = f, ByHand
			}
		}
	}
	imp.State, imp.Counts, imp.Failure, imp.Findings = Waiting, Counts{}, nil, nil
	return imp, s.save(ctx, &imp, Waiting, Ready)
}

// CorrectWith is Correct by a mapping file as ParseMapping reads it.
func (s *Service) CorrectWith(ctx context.Context, a hub.Actor, id hub.ID, file []byte) (imp Import, err error) {
	if imp, err = s.Get(ctx, a, id); err != nil {
		return imp, err
	}
	book, closer, err := s.openFile(ctx, imp)
	if err != nil {
		return imp, err
	}
	defer closer()
	t, err := imp.table(book)
	if err != nil {
		return imp, err
	}
	choices, err := ParseMapping(file, t, imp.Kind, imp.Choices)
	if err != nil {
		return imp, err
	}
	return s.Correct(ctx, a, id, Setup{Mapping: MappingOf(choices)})
}
