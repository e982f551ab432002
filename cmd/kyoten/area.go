package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// areaCmd tends the areas of the installation. Whoever runs it owns the machine
// and therefore acts as the system.
type areaCmd struct {
	Create areaCreateCmd `cmd:"" help:"cli.area.create"`
	List   areaListCmd   `cmd:"" help:"cli.area.list"`
}

type areaCreateCmd struct {
	app.Storage   `embed:""`
	Slug          string `help:"cli.flag.slug" required:""`
	Name          string `help:"cli.flag.area_name" required:""`
	NameEn        string `help:"cli.flag.area_name_en"`
	Programme     string `help:"cli.flag.programme" placeholder:"SLUG"`
	ProgrammeName string `help:"cli.flag.programme_name"`
}

func (c *areaCreateCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		area := account.Area{Slug: c.Slug, Name: hub.Text{JA: c.Name, EN: c.NameEn}}
		if c.Programme != "" {
			p, err := c.programme(ctx, a)
			if err != nil {
				return err
			}
			area.Programme = p
		}
		area, err := a.Account.CreateArea(ctx, hub.SystemActor, area)
		if err != nil {
			return err
		}
		say(ctx, o.Out, "cli.area.created", "name", area.Name, "slug", area.Slug)
		return nil
	})
}

// programme finds the programme the area belongs to, or makes it when a name for
// it was given.
func (c *areaCreateCmd) programme(ctx context.Context, a *app.App) (hub.ID, error) {
	id, err := programmeOf(ctx, a, c.Programme)
	if hub.KindOf(err) != hub.NotFound || c.ProgrammeName == "" {
		return id, err
	}
	p, err := a.Account.CreateProgramme(ctx, hub.SystemActor, account.Programme{Slug: c.Programme, Name: hub.Text{JA: c.ProgrammeName}})
	return p.ID, err
}

type areaListCmd struct {
	app.Storage `embed:""`
}

func (c *areaListCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		areas, err := a.Account.Areas(ctx)
		if err != nil {
			return err
		}
		if len(areas) == 0 {
			say(ctx, o.Err, "cli.area.none")
		}
		for _, area := range areas {
			print(o.Out, fmt.Sprintf("%s\t%s\t%s", area.Slug, i18n.Text(ctx, area.Name), area.State))
		}
		return nil
	})
}

// withApp opens the hub for one command and closes it afterwards.
func withApp(ctx context.Context, s app.Storage, o output, fn func(*app.App) error) error {
	a, err := app.Open(ctx, s, app.Logging{LogLevel: "warn"}.Logger(o.Err), app.Options{})
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close())
}

func areaOf(ctx context.Context, a *app.App, slug string) (hub.ID, error) {
	area, err := a.Account.AreaBySlug(ctx, slug)
	if hub.KindOf(err) == hub.NotFound {
		return "", hub.Errorf(hub.NotFound, "cli.error.area", "slug", slug)
	}
	return area.ID, err
}

func programmeOf(ctx context.Context, a *app.App, slug string) (hub.ID, error) {
	all, err := a.Account.Programmes(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(p account.Programme) bool { return p.Slug == slug })
	if i < 0 {
		return "", hub.Errorf(hub.NotFound, "cli.error.programme", "slug", slug)
	}
	return all[i].ID, nil
}
