// Package i18n speaks to people: it turns keys into Japanese and English
// sentences and writes dates, numbers and money as each language does.
//
// The sentences stand in catalogue/*.tsv, one file per section of the site.
// Only faces (web, api, notify, the command line) may import this package; the
// domain says hub.Error{Key, Args} and never a sentence. Nothing here escapes
// HTML: templ does.
package i18n

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n/catalogue"
)

// texts holds every row by key. A malformed file is a mistake of the build, so
// it panics; the catalogue's own test says which line is wrong.
var texts = sync.OnceValue(func() map[string]catalogue.Row {
	rows, err := catalogue.Rows()
	if err != nil {
		panic(err)
	}
	m := make(map[string]catalogue.Row, len(rows))
	for _, r := range rows {
		m[r.Key] = r
	}
	return m
})

type langKey struct{}

// With keeps the language of the interface in ctx.
func With(ctx context.Context, lang hub.Lang) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// Lang gives the language kept in ctx; Japanese when none is.
func Lang(ctx context.Context) hub.Lang {
	if l, ok := ctx.Value(langKey{}).(hub.Lang); ok {
		return l
	}
	return hub.JA
}

// T gives the sentence of key in ctx's language. pairs are names and values for
// its places: T(ctx, "list.hits", "n", 40). Values are written as people write
// them: numbers grouped, dates, money and bilingual text in the language. When
// n is one and the catalogue has a row "key#one", English uses that row. An
// unknown key gives the key itself.
func T(ctx context.Context, key string, pairs ...any) string {
	return sentence(ctx, key, hub.Args(pairs...))
}

// Has reports whether the catalogue knows key. It is for keys put together at
// run time, such as "state." plus a state.
func Has(key string) bool {
	_, ok := texts()[key]
	return ok
}

// Text gives content in ctx's language, or in the other when it is not written
// in that one.
func Text(ctx context.Context, t hub.Text) string { return t.In(Lang(ctx)) }

// Error gives the sentence that explains err to a person. An error that is no
// hub.Error is explained as internal, without its text; nil gives "".
func Error(ctx context.Context, err error) string {
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*hub.Error](err)
	if !ok {
		return T(ctx, "error.internal")
	}
	if e.Key == "" || !Has(e.Key) {
		// A sentence about the kind is better than a key; the log has the rest.
		return sentence(ctx, "error."+string(e.Kind), e.Args)
	}
	return sentence(ctx, e.Key, e.Args)
}

// Field gives the sentence for one field of a form.
func Field(ctx context.Context, f hub.FieldError) string { return sentence(ctx, f.Key, f.Args) }

func sentence(ctx context.Context, key string, args map[string]any) string {
	row, ok := texts()[key]
	if !ok {
		return key
	}
	lang := Lang(ctx)
	s := row.JA
	if lang == hub.EN {
		s = row.EN
		if one, ok := texts()[key+"#one"]; ok && isOne(args["n"]) {
			s = one.EN
		}
	}
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			break
		}
		length := strings.IndexByte(s[open:], '}')
		if length < 0 {
			break
		}
		b.WriteString(s[:open])
		name := s[open+1 : open+length]
		if v, ok := args[name]; ok {
			b.WriteString(Write(ctx, v))
		} else {
			b.WriteString(s[open : open+length+1])
		}
		s = s[open+length+1:]
	}
	b.WriteString(s)
	return b.String()
}

// Write writes one value as a person of ctx's language would.
func Write(ctx context.Context, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return Number(ctx, int64(v))
	case int64:
		return Number(ctx, v)
	case hub.Text:
		return Text(ctx, v)
	case hub.Money:
		return Money(ctx, v)
	case hub.Date:
		return Date(ctx, v)
	case hub.FiscalYear:
		return FiscalYear(ctx, v)
	case hub.Scope:
		return T(ctx, "scope."+string(v))
	case hub.Role:
		return T(ctx, "role."+string(v))
	case time.Time:
		return Time(ctx, v)
	case error:
		return Error(ctx, v)
	}
	return fmt.Sprint(v)
}

func isOne(v any) bool {
	switch v := v.(type) {
	case int:
		return v == 1
	case int64:
		return v == 1
	}
	return false
}
