package records

import (
	"context"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Compare lists the fields in which two forms of a record differ. family is the
// prefix of the fields' words in the catalogue; fields that no word names are
// left out, such as the version itself.
func Compare(ctx context.Context, family string, before, after *ui.Form) (out []Difference) {
	var names []string
	for name := range before.Values {
		names = append(names, name)
	}
	for name := range after.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		a, b := strings.Join(before.Values[name], "、"), strings.Join(after.Values[name], "、")
		label := label(ctx, family, name)
		if a != b && label != "" {
			out = append(out, Difference{Label: label, Theirs: a, Ours: b})
		}
	}
	return out
}

// label gives the word for a form's field: of title.en that of title.
func label(ctx context.Context, family, name string) string {
	base, _, _ := strings.Cut(name, ".")
	switch base {
	case "scope":
		return i18n.T(ctx, "record.layer_summary")
	case "name_scope":
		return i18n.T(ctx, "record.layer_name")
	case "detail_scope":
		return i18n.T(ctx, "record.layer_detail")
	case "coordinator":
		return i18n.T(ctx, "record.coordinator")
	case "number":
		return i18n.T(ctx, "record.number")
	}
	if key := family + "." + base; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return ""
}
