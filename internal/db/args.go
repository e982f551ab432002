package db

import (
	"context"
	"strconv"
	"strings"
)

// Args gathers the values of a statement that is put together piece by piece.
type Args []any

// Add keeps a value and gives its placeholder: "$3".
func (a *Args) Add(v any) string {
	*a = append(*a, v)
	return "$" + strconv.Itoa(len(*a))
}

// In gives the condition that column is one of values: "column in ($3,$4)".
// With no values it is false for every row.
func In[T any](a *Args, column string, values []T) string {
	if len(values) == 0 {
		return "1=0"
	}
	var b strings.Builder
	b.WriteString(column)
	b.WriteString(" in (")
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(a.Add(v))
	}
	b.WriteByte(')')
	return b.String()
}

// All reads every row of a query by scan and closes it.
func All[T any](ctx context.Context, tx Tx, scan func(Row) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// Scalar is a scan function for a single column.
func Scalar[T any](r Row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}
