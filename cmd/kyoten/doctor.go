package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// doctorCmd looks at everything the hub stands on and says what to do.
type doctorCmd struct {
	app.Config `embed:""`
}

func (c *doctorCmd) Run(ctx context.Context, o output) error {
	counts := map[app.Health]int{}
	app.Doctor(ctx, c.Config, func(f app.Finding) {
		counts[f.Health]++
		var pairs []any
		for k, v := range f.Args {
			if err, ok := v.(error); ok {
				v = cause(ctx, err)
			}
			pairs = append(pairs, k, v)
		}
		print(o.Out, i18n.T(ctx, marks[f.Health])+" "+i18n.T(ctx, f.Key, pairs...))
	})
	if counts[app.Bad] > 0 {
		say(ctx, o.Out, "cli.doctor.bad", "n", counts[app.Bad])
		return exited(exitFailure)
	}
	if counts[app.Doubtful] > 0 {
		say(ctx, o.Out, "cli.doctor.doubtful", "n", counts[app.Doubtful])
		return nil
	}
	say(ctx, o.Out, "cli.doctor.good")
	return nil
}

// marks are the keys of the word before a finding.
var marks = map[app.Health]string{
	app.Good: "cli.doctor.mark_good", app.Doubtful: "cli.doctor.mark_doubtful", app.Bad: "cli.doctor.mark_bad",
}
