package ui

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

func locale(ctx context.Context) string {
	if i18n.Lang(ctx) == hub.EN {
		return "en_GB"
	}
	return "ja_JP"
}

func plain(yes bool) string {
	if yes {
		return "plain"
	}
	return ""
}

func wide(yes bool) string {
	if yes {
		return "wide"
	}
	return ""
}

// current gives the value of aria-current; the attribute "false" says no.
func current(yes bool) string {
	if yes {
		return "page"
	}
	return "false"
}

func areaName(ctx context.Context, c Chrome) string {
	if c.Area.Name.Empty() {
		return i18n.T(ctx, "app.name")
	}
	return i18n.Text(ctx, c.Area.Name)
}

func areaHref(c Chrome) string {
	if c.Area.Href == "" {
		return "/"
	}
	return c.Area.Href
}
