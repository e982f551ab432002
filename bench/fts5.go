package main

import (
	"database/sql"
	"os"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the product's own engine
)

// ftsEngine is SQLite FTS5 in Go, contentless, with its own bm25. It cannot weigh
// the terms of a question, so all weigh the same.
type ftsEngine struct {
	folder    string
	db        *sql.DB
	find      *sql.Stmt
	ids       []string
	numbering numbering
	took      time.Duration
}

func newFTS5(folder string, c corpus) (*ftsEngine, error) {
	db, err := sql.Open("sqlite", folder+"/fts.db?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-400000)&_pragma=mmap_size(2000000000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE VIRTUAL TABLE f USING fts5(t, content='', tokenize='ascii')`); err != nil {
		return nil, err
	}
	e := &ftsEngine{folder: folder, db: db, numbering: numbering{}}
	var tx *sql.Tx
	for i := range c.size {
		d := c.document(i)
		t := e.numbering.text(d.Terms)
		e.ids = append(e.ids, d.ID)
		start := time.Now()
		if tx == nil {
			if tx, err = db.Begin(); err != nil {
				return nil, err
			}
		}
		if _, err := tx.Exec(`INSERT INTO f(rowid, t) VALUES (?, ?)`, i, t); err != nil {
			return nil, err
		}
		if i%10_000 == 9_999 || i == c.size-1 {
			if err := tx.Commit(); err != nil {
				return nil, err
			}
			tx = nil
		}
		e.took += time.Since(start)
	}
	start := time.Now()
	if _, err := db.Exec(`INSERT INTO f(f) VALUES ('optimize')`); err != nil {
		return nil, err
	}
	e.took += time.Since(start)
	e.find, err = db.Prepare(`SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 20`)
	return e, err
}

func (e *ftsEngine) name() string         { return "SQLite FTS5 (modernc)" }
func (e *ftsEngine) built() time.Duration { return e.took }
func (e *ftsEngine) megabytes() float64   { return megabytesUnder(e.folder) }

func (e *ftsEngine) search(n need) (ids []string) {
	names := make([]string, len(n.terms))
	for i, t := range n.terms {
		names[i] = e.numbering.name(t.Term, t.Evidence)
	}
	rows, err := e.find.Query(strings.Join(names, " OR "))
	if err != nil {
		panic(err)
	}
	defer rows.Close()
	for rows.Next() {
		var i int
		if err := rows.Scan(&i); err != nil {
			panic(err)
		}
		ids = append(ids, e.ids[i])
	}
	return ids
}

func (e *ftsEngine) close() {
	e.db.Close()
	os.RemoveAll(e.folder)
}
