package main

import (
	"cmp"
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// startCmd is kyoten without a command, as a double click starts it: it serves
// from the user's own data folder and opens the browser. When Kyoten already
// serves at the address it only opens the browser.
type startCmd struct {
	app.Config `embed:""`
	Browser    bool `help:"cli.flag.browser" negatable:"" default:"true"`
}

func (c *startCmd) Run(ctx context.Context, o output) error {
	if url, ok := app.Running(ctx, c.Listen); ok {
		say(ctx, o.Err, "cli.start.running", "url", url)
		return c.open(url)
	}
	return app.Serve(ctx, c.Config, c.Logger(o.Err), func(l app.Listening) {
		say(ctx, o.Err, "cli.start.ready", "url", l.URL)
		_ = c.open(cmp.Or(l.SetUp, l.URL)) // the address stands on the screen
		invite(ctx, o, l)
	})
}

// invite shows where the first administrator is made, as long as there is none.
func invite(ctx context.Context, o output, l app.Listening) {
	if l.SetUp != "" {
		say(ctx, o.Err, "cli.serve.setup", "url", l.SetUp)
	}
}

func (c *startCmd) open(url string) error {
	if !c.Browser {
		return nil
	}
	return openBrowser(url)
}
