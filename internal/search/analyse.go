package search

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// worthKeeping is the length in bytes from which a text's terms are kept in the
// database: shorter ones are analysed faster than they are read.
const worthKeeping = 120

// job is one layer whose terms are wanted.
type job struct {
	record recordKey
	layer  int
	fields []lexical.Field
	digest string // "" = not kept
	terms  *lexical.Terms
	fresh  bool // analysed now, to be kept
}

// analyse gives the terms of every layer of the documents, from the database
// where they were kept and the texts are the same. Sealed layers have none.
func (s *Service) analyse(ctx context.Context, kind string, docs []Document) ([][]lexical.Terms, error) {
	terms := make([][]lexical.Terms, len(docs))
	var jobs []*job
	var ids []hub.ID
	for i, d := range docs {
		terms[i] = make([]lexical.Terms, len(d.Layers))
		keep := false
		for j, l := range d.Layers {
			if len(l.Fields) == 0 || d.Record.Scope.Narrower(l.Scope) == hub.Sealed {
				continue
			}
			x := &job{record: recordKey{kind, d.Record.ID}, layer: j, fields: l.Fields, terms: &terms[i][j]}
			if size(l.Fields) >= worthKeeping {
				x.digest = digest(l.Fields)
				keep = true
			}
			jobs = append(jobs, x)
		}
		if keep {
			ids = append(ids, d.Record.ID)
		}
	}
	kept, err := s.keptTerms(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	next := make(chan *job)
	for range min(s.workers, len(jobs)) {
		wg.Go(func() {
			for x := range next {
				if k, ok := kept[keptKey{x.record.id, x.layer}]; ok && x.digest != "" && k.digest == x.digest {
					if x.terms.UnmarshalBinary(k.terms) == nil {
						continue
					}
				}
				*x.terms = s.analyzer.Document(x.fields)
				x.fresh = x.digest != ""
			}
		})
	}
	for _, x := range jobs {
		next <- x
	}
	close(next)
	wg.Wait()
	return terms, s.keepTerms(ctx, jobs)
}

func size(fields []lexical.Field) (n int) {
	for _, f := range fields {
		n += len(f.Text)
	}
	return n
}

// digest names what the terms of a layer follow from: the version of the
// analysis, the texts and their weights.
func digest(fields []lexical.Field) string {
	h := sha256.New()
	var b [8]byte
	number := func(n uint64) {
		binary.LittleEndian.PutUint64(b[:], n)
		h.Write(b[:])
	}
	number(lexical.Version)
	for _, f := range fields {
		number(uint64(math.Float32bits(f.Weight)))
		number(uint64(len(f.Text)))
		h.Write([]byte(f.Text))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

type keptKey struct {
	id    hub.ID
	layer int
}

type keptTerms struct {
	digest string
	terms  []byte
}

// keptTerms reads what the table has of these records.
func (s *Service) keptTerms(ctx context.Context, kind string, ids []hub.ID) (map[keptKey]keptTerms, error) {
	out := map[keptKey]keptTerms{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		for len(ids) > 0 {
			n := min(500, len(ids))
			args := db.Args{kind}
			rows, err := tx.Query(ctx, "select record_id, layer, digest, terms from search_terms where kind = $1 and "+db.In(&args, "record_id", ids[:n]), args...)
			if err != nil {
				return err
			}
			for rows.Next() {
				var k keptKey
				var t keptTerms
				if err := rows.Scan(&k.id, &k.layer, &t.digest, &t.terms); err != nil {
					rows.Close()
					return err
				}
				out[k] = t
			}
			rows.Close()
			if err := rows.Err(); err != nil {
				return err
			}
			ids = ids[n:]
		}
		return nil
	})
	return out, err
}

// keepTerms stores what was analysed now. The table is derived: nothing is
// logged, and losing it costs time only.
func (s *Service) keepTerms(ctx context.Context, jobs []*job) error {
	const rows = 100 // in one statement
	var fresh []*job
	for _, x := range jobs {
		if x.fresh {
			fresh = append(fresh, x)
		}
	}
	for len(fresh) > 0 {
		n := min(20*rows, len(fresh)) // in one transaction, so that others come between
		err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			for at := 0; at < n; at += rows {
				var args db.Args
				var values []string
				for _, x := range fresh[at:min(at+rows, n)] {
					b, err := x.terms.MarshalBinary()
					if err != nil {
						return err
					}
					values = append(values, "("+args.Add(x.record.kind)+","+args.Add(string(x.record.id))+","+args.Add(x.layer)+","+args.Add(x.digest)+","+args.Add(b)+")")
				}
				_, err := tx.Exec(ctx, "insert into search_terms (kind, record_id, layer, digest, terms) values "+strings.Join(values, ",")+
					" on conflict (kind, record_id, layer) do update set digest = excluded.digest, terms = excluded.terms", args...)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fresh = fresh[n:]
	}
	return nil
}

// forgetTerms removes the terms of layers that are no longer indexed: all of a
// record that is gone, and the sealed ones of one that is not.
func (s *Service) forgetTerms(ctx context.Context, gone []recordKey, docs map[recordKey]Document) error {
	var args db.Args
	var or []string
	for _, k := range gone {
		or = append(or, "(kind = "+args.Add(k.kind)+" and record_id = "+args.Add(string(k.id))+")")
	}
	for k, d := range docs {
		for i, l := range d.Layers {
			if d.Record.Scope.Narrower(l.Scope) == hub.Sealed {
				or = append(or, "(kind = "+args.Add(k.kind)+" and record_id = "+args.Add(string(k.id))+" and layer = "+strconv.Itoa(i)+")")
			}
		}
	}
	if len(or) == 0 {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from search_terms where "+strings.Join(or, " or "), args...)
		return err
	})
}
