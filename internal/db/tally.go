package db

import (
	"context"
	"sync/atomic"
)

type tallyKey struct{}

// Tally counts the statements that transactions opened under the context it
// gives run: tests hold a page to a number that does not grow with its rows, and
// a request's log line tells it.
func Tally(ctx context.Context) (context.Context, func() int) {
	n := &atomic.Int64{}
	return context.WithValue(ctx, tallyKey{}, n), func() int { return int(n.Load()) }
}

// tallied wraps tx when ctx asks for counting.
func tallied(ctx context.Context, tx Tx) Tx {
	if n, ok := ctx.Value(tallyKey{}).(*atomic.Int64); ok {
		return countingTx{tx, n}
	}
	return tx
}

type countingTx struct {
	Tx
	n *atomic.Int64
}

func (t countingTx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	t.n.Add(1)
	return t.Tx.Exec(ctx, sql, args...)
}

func (t countingTx) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	t.n.Add(1)
	return t.Tx.Query(ctx, sql, args...)
}

func (t countingTx) QueryRow(ctx context.Context, sql string, args ...any) Row {
	t.n.Add(1)
	return t.Tx.QueryRow(ctx, sql, args...)
}
