package enquiries

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/i18n"
)

func enterLead(ctx context.Context, x entering) string {
	if x.staff {
		return i18n.T(ctx, "enquiries.enter_lead")
	}
	return i18n.T(ctx, "enquiries.enter_lead_bank")
}

// medianLine says how long the first answer takes.
func medianLine(ctx context.Context, x setting) string {
	if x.median == nil {
		return i18n.T(ctx, "enquiries.median_none")
	}
	return i18n.T(ctx, "enquiries.median", "days", strconv.FormatFloat(x.median.Days, 'f', -1, 64), "count", x.median.N)
}
