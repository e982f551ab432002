package ui

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Form is what was typed and what is wrong with it. A page draws its fields
// from a Form, so a refused form comes back filled. Getters read a value and
// note a problem when it cannot be read; they never lose what was typed.
type Form struct {
	Values   url.Values
	Problems hub.Problems
	// General is what is wrong with the form as a whole: a conflict, say.
	General error
	// Matches are, by field, the records that what was typed may mean; see Pick.
	Matches map[string][]Option
}

// NewForm makes a form that shows values, such as those of a stored record.
// pairs are names and values.
func NewForm(pairs ...string) *Form {
	f := &Form{Values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Add(pairs[i], pairs[i+1])
	}
	return f
}

// Get gives what stands in a field, as typed.
func (f *Form) Get(name string) string {
	if f == nil {
		return ""
	}
	return f.Values.Get(name)
}

// Set puts a value into a field and gives the form back.
func (f *Form) Set(name, value string) *Form {
	f.Values.Set(name, value)
	return f
}

// SetText fills a bilingual pair of fields.
func (f *Form) SetText(name string, t hub.Text) *Form {
	return f.Set(name+".ja", t.JA).Set(name+".en", t.EN)
}

// SetMoney fills a money field.
func (f *Form) SetMoney(name string, m hub.Money) *Form {
	f.Set(name+".state", string(m.State))
	if m.State == hub.Amount {
		f.Set(name, strconv.FormatInt(m.Yen, 10))
	}
	return f
}

// Text gives a field without surrounding space and with \n for line ends. A
// NUL, which no database keeps, is refused.
func (f *Form) Text(name string) string {
	s := strings.ReplaceAll(f.Get(name), "\r\n", "\n")
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		f.Problems.Add(name, "error.nul")
		s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	}
	return strings.TrimSpace(s)
}

// Required is Text that must not be empty; label is the field's name in the
// sentence.
func (f *Form) Required(name, label string) string {
	s := f.Text(name)
	if s == "" {
		f.Problems.Add(name, "error.required", "field", label)
	}
	return s
}

// Bilingual reads the pair name.ja and name.en.
func (f *Form) Bilingual(name string) hub.Text {
	return hub.Text{JA: f.Text(name + ".ja"), EN: f.Text(name + ".en")}
}

// Limit notes a problem when the field has more than n characters.
func (f *Form) Limit(name string, n int) {
	if have := utf8.RuneCountInString(f.Get(name)); have > n {
		f.Problems.Add(name, "error.too_long", "limit", n, "n", have)
	}
}

// Date reads a day as people write it: 2026-11-23, 2026/11/23, 令和8年11月23日.
func (f *Form) Date(name string) hub.Date {
	typed := f.Text(name)
	if typed == "" {
		return ""
	}
	d, err := japanese.ParseDate(typed)
	if err != nil {
		f.Problems.Add(name, "error.date", "value", typed)
	}
	return d
}

// Int reads a whole number; commas and full-width digits are read. Empty is 0.
func (f *Form) Int(name string) int64 {
	typed := f.Text(name)
	if typed == "" {
		return 0
	}
	n, err := japanese.ParseNumber(typed)
	if err != nil || n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		f.Problems.Add(name, "error.number", "value", typed)
		return 0
	}
	return int64(n)
}

// Money reads a money field: its state, and the yen when there is an amount.
// An amount typed while the state says unknown counts as an amount.
func (f *Form) Money(name string) hub.Money {
	state := hub.Known(f.Get(name + ".state"))
	if !slices.Contains([]hub.Known{hub.Unknown, hub.Amount, hub.NotApplicable, hub.Withheld}, state) {
		f.Problems.Add(name, "error.choose")
		return hub.Money{}
	}
	typed := f.Text(name)
	if state == hub.Unknown && typed != "" {
		state = hub.Amount
	}
	if state != hub.Amount {
		return hub.Money{State: state}
	}
	yen, err := japanese.ParseAmount(typed, 1)
	if err != nil || typed == "" {
		f.Problems.Add(name, "error.money", "value", typed)
		return hub.Money{}
	}
	return hub.Yen(yen)
}

// Bool reads a checkbox.
func (f *Form) Bool(name string) bool { return f.Get(name) != "" }

// List gives every value of a field that is not empty.
func (f *Form) List(name string) []string {
	if f == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Values[name]), func(s string) bool { return s == "" })
}

// IDs gives the record ids among a field's values; what is no id is left out.
func (f *Form) IDs(name string) []hub.ID {
	var out []hub.ID
	for _, s := range f.List(name) {
		if id := hub.ID(s); id.Valid() {
			out = append(out, id)
		}
	}
	return out
}

// Choice reads a field that must hold one of allowed; "" passes when it is one
// of them.
func (f *Form) Choice(name string, allowed ...string) string {
	s := f.Get(name)
	if !slices.Contains(allowed, s) {
		f.Problems.Add(name, "error.choose")
		return ""
	}
	return s
}

// Err gives one error with every problem noted so far, or nil.
func (f *Form) Err() error { return f.Problems.Err() }

// Take takes over the problems of err when it is one the user can mend by
// changing the form (invalid or conflict), and reports whether it was.
func (f *Form) Take(err error) bool {
	e, ok := errors.AsType[*hub.Error](err)
	if !ok || e.Kind != hub.Invalid && e.Kind != hub.Conflict {
		return false
	}
	for _, p := range e.Fields {
		if !slices.ContainsFunc(f.Problems, func(q hub.FieldError) bool { return q.Field == p.Field && q.Key == p.Key }) {
			f.Problems = append(f.Problems, p)
		}
	}
	if len(e.Fields) == 0 {
		f.General = e
	}
	return true
}

// problem gives the sentence about a field, or "".
func (f *Form) problem(ctx context.Context, name string) string {
	if f == nil {
		return ""
	}
	for _, p := range f.Problems {
		if p.Field == name {
			return i18n.Field(ctx, p)
		}
	}
	return ""
}

// wrong reports whether there is anything to mend.
func (f *Form) wrong() bool { return f != nil && (len(f.Problems) > 0 || f.General != nil) }

// Input is one field of a form.
type Input struct {
	Form *Form
	Name string
	// Label stands above the field, Support between label and field.
	Label    string
	Support  string
	Required bool
	// Kind is the HTML input type: text when empty.
	Kind string
	// Size is the width that fits the content.
	Size Size
	// Rows is the height of a text area; zero means four.
	Rows int
	// Autocomplete is the HTML token, such as "email"; empty leaves it out.
	Autocomplete string
	// Options are the choices of a select, radio or checkbox group.
	Options []Option
	// Lang is the language of what is typed, when it is not the page's.
	Lang hub.Lang
	// Unit stands behind a number, such as 円.
	Unit string
	// Accept limits a file field, such as ".xlsx,.csv".
	Accept string
	// Suggest are values offered while typing.
	Suggest []string
	// Source answers what a Pick offers while typing: an address that takes the
	// words as its parameter q.
	Source string
	// Free says that a Pick also takes a name that stands for no record.
	Free bool
}

// Size is the width of a field.
type Size string

// The widths: a few digits, a date, half a line, a line.
const (
	Line  Size = ""
	Half  Size = "half"
	Short Size = "short"
	Tiny  Size = "tiny"
)

// id gives the element id, to which the error summary links. Dots in names
// would need escaping in selectors.
func (in Input) id() string { return fieldID(in.Name) }

func fieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// describedBy names the elements that explain the field.
func (in Input) describedBy(ctx context.Context) string {
	var ids []string
	if in.Support != "" {
		ids = append(ids, in.id()+"-support")
	}
	if in.Form.problem(ctx, in.Name) != "" {
		ids = append(ids, in.id()+"-error")
	}
	return strings.Join(ids, " ")
}

func (in Input) invalid(ctx context.Context) string {
	return trueFalse(in.Form.problem(ctx, in.Name) != "")
}

func (in Input) kind() string {
	if in.Kind == "" {
		return "text"
	}
	return in.Kind
}

func (in Input) rows() string {
	if in.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(in.Rows)
}

func (in Input) has(ctx context.Context, value string) bool {
	if v, ok := filler(ctx); ok {
		return slices.Contains(v[in.Name], value)
	}
	return in.Form != nil && slices.Contains(in.Form.Values[in.Name], value)
}

// each gives the input of one language of a bilingual pair.
func (in Input) each(lang hub.Lang, label string) Input {
	in.Name += "." + string(lang)
	in.Label, in.Lang, in.Support = label, lang, ""
	in.Required = in.Required && lang == hub.JA
	return in
}

func moneyStates(ctx context.Context) []Option {
	return []Option{
		{Value: string(hub.Amount), Label: i18n.T(ctx, "money.amount")},
		{Value: string(hub.Unknown), Label: i18n.T(ctx, "money.unknown")},
		{Value: string(hub.NotApplicable), Label: i18n.T(ctx, "money.na")},
		{Value: string(hub.Withheld), Label: i18n.T(ctx, "money.withheld")},
	}
}

// many lets a long row of short choices stand in columns.
func many(options []Option) string {
	if len(options) > 6 {
		return "many"
	}
	return ""
}
