package hub

import (
	"errors"
	"fmt"
	"strings"
)

// Kind classifies an error by what the caller can do about it.
type Kind string

// The kinds of error. A thing one may not see is NotFound, never Forbidden.
const (
	Invalid     Kind = "invalid"
	Forbidden   Kind = "forbidden"
	NotFound    Kind = "not_found"
	Conflict    Kind = "conflict"
	Gone        Kind = "gone"
	Unavailable Kind = "unavailable"
	Internal    Kind = "internal"
)

// Error is a failure that a face can explain to a person: Key names a sentence
// in the i18n catalogue and Args fill its places. Fields holds one error per
// field of a form when several are wrong at once.
type Error struct {
	Kind   Kind
	Key    string
	Args   map[string]any
	Fields []FieldError
	Err    error // the cause, for the log only; may be nil
}

// FieldError is what is wrong with one field. Field is the form's field name.
type FieldError struct {
	Field string
	Key   string
	Args  map[string]any
}

// Error gives a line for the log, not for a person.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Field, f.Key)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind. args are pairs of name and value for the
// sentence's places: Errorf(NotFound, "error.seed_missing", "id", id).
func Errorf(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: Args(args...)}
}

// Args turns pairs of name and value into a map; nil when there are none.
// It panics on an odd count or a name that is not a string, which is a mistake
// in the program.
func Args(pairs ...any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// KindOf gives the kind of err: Internal for an error that is no *Error, and ""
// for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Problems collects field errors while a form or record is checked.
type Problems []FieldError

// Add notes that field is wrong.
func (p *Problems) Add(field, key string, args ...any) {
	*p = append(*p, FieldError{Field: field, Key: key, Args: Args(args...)})
}

// Err gives nil when nothing was noted, else one Invalid error with all of it.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "error.invalid_fields", Args: Args("n", len(p)), Fields: p}
}

// Wrap prefixes *err with where it happened, for the log. Use it deferred:
//
//	defer hub.Wrap(&err, "catalogue.Publish(%s)", id)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
