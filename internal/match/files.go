package match

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// FilesOptions says which files are matched and how. The files alone count: there
// is no database, no account and nothing is kept.
type FilesOptions struct {
	Needs, Seeds string   // paths of xlsx, csv or tsv
	NoHeader     bool     // the files are lines of id, tab, text (or id, title, text)
	Reverse      bool     // rank needs for each seed
	Top          int      // candidates for each; 0 means 20
	Explain      bool     // give reasons
	Dictionaries []string // paths, of any format lexical.ReadDictionary knows

	// Progress is told what is done of a stage ("read", "index", "match"); total
	// is 0 while unknown. Nil is told nothing.
	Progress func(stage string, done, total int)
}

// FileMatch is one line of the result. Query is the ID of the need, or of the
// seed when Reverse; Candidate that of the other side. Rank counts from 1.
type FileMatch struct {
	Query, Candidate string
	Rank             int
	Score            float32
	Reasons          []lexical.Reason // with Explain; the shares add up to Score
}

// Text is one record of a file.
type Text struct {
	ID     string
	Fields []lexical.Field
}

// MatchFiles ranks the records of one file for each record of the other, and
// calls yield with every match, in the order of the asking file and by rank. An
// error from yield ends it.
func MatchFiles(ctx context.Context, o FilesOptions, yield func(FileMatch) error) error {
	analyzer, err := Analyzer(o.Dictionaries)
	if err != nil {
		return err
	}
	asking, answering := o.Needs, o.Seeds
	if o.Reverse {
		asking, answering = answering, asking
	}
	documents, err := ReadTexts(answering, o.NoHeader)
	if err != nil {
		return err
	}
	questions, err := ReadTexts(asking, o.NoHeader)
	if err != nil {
		return err
	}
	return rank(ctx, analyzer, documents, questions, o, yield)
}

// Analyzer makes an analyzer with the dictionaries of the files named.
func Analyzer(dictionaries []string) (*lexical.Analyzer, error) {
	var options []lexical.Option
	for _, name := range dictionaries {
		f, err := open(name)
		if err != nil {
			return nil, err
		}
		d, err := lexical.ReadDictionary(f)
		f.Close()
		if err != nil {
			if e, ok := errors.AsType[*hub.Error](err); ok {
				e.Args = hub.Args("file", filepath.Base(name), "reason", e.Args["reason"], "mb", e.Args["mb"])
			}
			return nil, err
		}
		options = append(options, lexical.WithDictionary(d))
	}
	return lexical.New(options...), nil
}

func open(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		kind := hub.Unavailable
		if errors.Is(err, fs.ErrNotExist) {
			kind = hub.NotFound
		}
		return nil, &hub.Error{Kind: kind, Key: "match.file_unreadable", Args: hub.Args("file", name), Err: err}
	}
	return f, nil
}

// rank indexes documents and asks questions on all cores.
func rank(ctx context.Context, a *lexical.Analyzer, documents, questions []Text, o FilesOptions, yield func(FileMatch) error) error {
	tell := o.Progress
	if tell == nil {
		tell = func(string, int, int) {}
	}
	index := retrieval.New(retrieval.Config{})
	defer index.Close()
	// The internal ID is the place in the file: two lines may have one ID.
	err := inOrder(ctx, len(documents), func(i int) retrieval.Document {
		return retrieval.Document{ID: strconv.Itoa(i), Terms: a.Document(documents[i].Fields).Occurrences()}
	}, func(first int, done []retrieval.Document) error {
		index.Put(done...)
		tell("index", first+len(done), len(documents))
		return nil
	})
	if err != nil {
		return err
	}
	top := o.Top
	if top <= 0 {
		top = 20
	}
	return inOrder(ctx, len(questions), func(i int) []FileMatch {
		q := a.Query(questions[i].Fields)
		if q.Empty() {
			return nil
		}
		hits := index.Search(retrieval.Query{Terms: q.Terms(), Populations: lexical.Populations, Limit: top, Explain: o.Explain}).Hits
		out := make([]FileMatch, len(hits))
		for n, h := range hits {
			place, _ := strconv.Atoi(h.ID)
			out[n] = FileMatch{Query: questions[i].ID, Candidate: documents[place].ID, Rank: n + 1, Score: h.Score}
			if o.Explain {
				out[n].Reasons = q.Explain(h)
			}
		}
		return out
	}, func(first int, done [][]FileMatch) error {
		for _, list := range done {
			for _, m := range list {
				if err := yield(m); err != nil {
					return err
				}
			}
		}
		tell("match", first+len(done), len(questions))
		return nil
	})
}

// inOrder makes n things on all cores and hands them over in order, a batch at a
// time, so that output streams and memory stays bounded.
func inOrder[T any](ctx context.Context, n int, work func(i int) T, batch func(first int, done []T) error) error {
	const size = 512
	workers := runtime.GOMAXPROCS(0)
	for first := 0; first < n; first += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		done := make([]T, min(size, n-first))
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := w; i < len(done) && ctx.Err() == nil; i += workers {
					done[i] = work(first + i)
				}
			})
		}
		wg.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := batch(first, done); err != nil {
			return err
		}
	}
	return nil
}

// ReadTexts reads the records of a file. Without a header each line is id, tab,
// text; with three columns or more the second is the title. With a header the
// columns are recognised by their names.
func ReadTexts(name string, noHeader bool) ([]Text, error) {
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if noHeader {
		return readLines(f, name)
	}
	return readSheet(f, name)
}

// maxLine bounds a line, in bytes.
const maxLine = 16 << 20

func readLines(r io.Reader, name string) (out []Text, err error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxLine)
	n := 0
	for sc.Scan() {
		n++
		line := strings.TrimPrefix(strings.TrimRight(sc.Text(), "\r"), "\ufeff")
		if strings.TrimSpace(line) == "" {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) < 2 {
			return nil, hub.Errorf(hub.Invalid, "match.file_columns", "file", filepath.Base(name), "row", n)
		}
		t := Text{ID: strings.TrimSpace(c[0])}
		if len(c) == 2 {
			t.Fields = []lexical.Field{{Name: "text", Text: c[1]}}
		} else {
			t.Fields = []lexical.Field{{Name: "title", Weight: lexical.TitleWeight, Text: c[1]}, {Name: "text", Text: strings.Join(c[2:], "\n")}}
		}
		out = append(out, t)
	}
	if err := sc.Err(); err != nil {
		return nil, &hub.Error{Kind: hub.Invalid, Key: "match.file_unreadable", Args: hub.Args("file", filepath.Base(name)), Err: err}
	}
	return out, nil
}

// role is what a column is for.
type role uint8

const (
	unused role = iota
	identity
	title
	keyword
	text
)

// columnNames recognise a column by a piece of its folded name, first match
// first. Names that carry people, places and money say nothing about content.
var columnNames = []struct {
	role   role
	pieces []string
}{
	{unused, []string{"電話", "mail", "メール", "住所", "氏名", "担当", "研究者", "著者", "author", "phone", "address", "url", "機関", "所属", "institution", "organisation", "organization", "company", "企業名", "会社名", "大学名", "金額", "額", "費", "grant", "jpy", "年度", "日付", "date", "year", "期間", "状態", "status", "郵便", "都道府県", "市区町村", "category", "種目", "区分", "trl"}},
	{identity, []string{"id", "番号", "number", "コード", "code"}},
	{keyword, []string{"キーワード", "keyword", "タグ"}},
	{title, []string{"題目", "タイトル", "題名", "件名", "テーマ", "名称", "シーズ名", "ニーズ名", "課題名", "title", "subject", "name"}},
	{text, []string{"概要", "内容", "要旨", "説明", "詳細", "背景", "課題", "困", "要望", "ニーズ", "シーズ", "技術", "特徴", "優位", "用途", "応用", "効果", "条件", "本文", "分野", "text", "abstract", "summary", "description", "problem", "need", "seed", "application", "advantage", "challenge", "requirement", "objective", "body", "background"}},
}

func roleOf(name string) role {
	label := sheet.Label(name)
	if label == "no" || label == "№" {
		return identity
	}
	for _, c := range columnNames {
		for _, p := range c.pieces {
			if p == "id" && label != "id" && !strings.HasSuffix(label, "id") {
				continue
			}
			if strings.Contains(label, p) {
				return c.role
			}
		}
	}
	return unused
}

func readSheet(f *os.File, name string) (out []Text, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, hub.Errorf(hub.Unavailable, "match.file_unreadable", "file", name)
	}
	book, err := sheet.Open(name, f, info.Size(), sheet.Options{Known: func(s string) bool { return roleOf(s) != unused }})
	if err != nil {
		return nil, err
	}
	table, err := book.Best()
	if err != nil {
		return nil, err
	}
	roles := make([]role, len(table.Columns))
	id := -1
	for i, c := range table.Columns {
		roles[i] = roleOf(c.Name)
		if roles[i] == identity {
			if id >= 0 {
				roles[i] = unused
			} else {
				id = i
			}
		}
	}
	if !slices.ContainsFunc(roles, func(r role) bool { return r >= title }) {
		return nil, hub.Errorf(hub.Invalid, "match.file_no_text", "file", filepath.Base(name))
	}
	for row, err := range table.Rows() {
		if err != nil {
			return nil, err
		}
		t := Text{ID: strconv.Itoa(row.Number)}
		for i, cell := range row.Cells {
			v := strings.TrimSpace(cell.Text)
			if v == "" || i >= len(roles) {
				continue
			}
			switch roles[i] {
			case identity:
				t.ID = v
			case title, keyword:
				t.Fields = append(t.Fields, lexical.Field{Name: "title", Weight: lexical.TitleWeight, Text: v})
			case text:
				t.Fields = append(t.Fields, lexical.Field{Name: "text", Text: v})
			}
		}
		if len(t.Fields) > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}
