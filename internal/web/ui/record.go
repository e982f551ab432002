package ui

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/i18n"
)

func (p Promise) look() string {
	switch {
	case p.Done:
		return "done"
	case p.Left < 0:
		return "late"
	case p.Left <= 1:
		return "soon"
	}
	return ""
}

func (p Promise) icon() string {
	switch {
	case p.Done:
		return "check"
	case p.Left < 0:
		return "alert"
	}
	return "clock"
}

func (p Promise) left(ctx context.Context) string {
	switch {
	case p.Done:
		return i18n.T(ctx, "promise.done")
	case p.Left < 0:
		return i18n.T(ctx, "promise.overdue", "n", -p.Left)
	case p.Left == 0:
		return i18n.T(ctx, "promise.today")
	}
	return i18n.T(ctx, "promise.days_left", "n", p.Left)
}

// used gives the part of the span gone by, in hundredths.
func (p Promise) used() string {
	n := 100 - p.Left*100/max(p.Total, 1)
	return strconv.Itoa(min(max(n, 0), 100))
}
