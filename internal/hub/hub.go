// Package hub holds the words every other room speaks: identifiers, the acting
// person, areas, bilingual text, money, dates, pages of a list, and errors.
//
// It imports the standard library only and knows neither the database nor the
// screen. Nothing here decides who may do what; that is package access.
package hub

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID names one record: a UUIDv7 (RFC 9562 §5.7) in its 36-character text form.
// IDs made later sort after earlier ones to the millisecond. The zero value ""
// means "none".
type ID string

// NewID makes an ID from the present time and 74 random bits.
func NewID() ID {
	var b [16]byte
	if _, err := rand.Read(b[6:]); err != nil {
		panic(err) // crypto/rand never fails on supported systems
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(time.Now().UnixMilli()))
	copy(b[:6], ms[2:])
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return ID(out[:])
}

// Valid reports whether id has the form of a UUID in lower case.
func (id ID) Valid() bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// Lang is a language of the interface.
type Lang string

// The two languages Kyoten speaks.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// Text is one piece of content in Japanese and English. Either may be empty;
// both empty means "not written".
type Text struct {
	JA string `json:"ja,omitempty"`
	EN string `json:"en,omitempty"`
}

// In gives the text in lang, or the other language when lang is not written.
func (t Text) In(lang Lang) string {
	if lang == EN && t.EN != "" || t.JA == "" {
		return t.EN
	}
	return t.JA
}

// Empty reports whether the text is written in neither language.
func (t Text) Empty() bool { return t.JA == "" && t.EN == "" }

// Clock tells the time. Production uses SystemClock; tests set their own.
type Clock interface{ Now() time.Time }

// SystemClock reads the machine's clock, in UTC and whole milliseconds, which
// is what the database keeps.
type SystemClock struct{}

// Now gives the present time in UTC, truncated to the millisecond.
func (SystemClock) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Page asks for one page of a list. Limit is the number of rows (zero means
// DefaultLimit, more than MaxLimit means MaxLimit). After is the cursor that
// the previous page returned; "" means the first page.
type Page struct {
	Limit int
	After string
}

// Rows on a page: what a list shows when nothing is asked, and the most it gives.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Size gives the limit within its bounds.
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return DefaultLimit
	case p.Limit > MaxLimit:
		return MaxLimit
	}
	return p.Limit
}

type requestKey struct{}

// WithRequest keeps the id of the request that ctx serves, for logs and audit.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestOf gives the request id kept in ctx, or "".
func RequestOf(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
