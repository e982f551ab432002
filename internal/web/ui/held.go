package ui

import (
	"context"
	"io"
	"net/url"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// Held is a form that was sent after its sender's session had ended. The form of
// the page that is sent to Action shows its Values in place of its own, until the
// reader sends it again.
type Held struct {
	Action string
	Values url.Values
}

type (
	heldKey   struct{}
	fillerKey struct{}
)

// WithHeld has the forms drawn in ctx look for theirs among what is held.
func WithHeld(ctx context.Context, h Held) context.Context {
	return context.WithValue(ctx, heldKey{}, h)
}

// filling gives the context in which the fields of a form are drawn: with the held
// values, when they are this form's.
func filling(ctx context.Context, action string) (in context.Context, held bool) {
	h, ok := ctx.Value(heldKey{}).(Held)
	if !ok || h.Action != action {
		return ctx, false
	}
	return context.WithValue(ctx, fillerKey{}, h.Values), true
}

func filler(ctx context.Context) (url.Values, bool) {
	v, ok := ctx.Value(fillerKey{}).(url.Values)
	return v, ok
}

// value gives what stands in the field.
func (in Input) value(ctx context.Context) string { return in.valueOf(ctx, in.Name) }

func (in Input) valueOf(ctx context.Context, name string) string {
	if v, ok := filler(ctx); ok {
		return v.Get(name)
	}
	return in.Form.Get(name)
}

// hidden gives the value of a hidden field: also the version that a held form was
// about, so that a change by somebody else meanwhile is noticed.
func hidden(ctx context.Context, name, value string) string {
	if v, ok := filler(ctx); ok && v.Has(name) {
		return v.Get(name)
	}
	return value
}

// formBody draws a form's fields, its children, with what was held for it.
func formBody(action string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		fields := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		in, held := filling(ctx, action)
		if held {
			if err := Notice(Message{Tone: Caution, Text: i18n.T(ctx, "form.held")}).Render(ctx, w); err != nil {
				return err
			}
		}
		return fields.Render(in, w)
	})
}
