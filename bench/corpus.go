package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// corpus is what is searched and asked.
type corpus struct {
	name     string
	size     int
	config   retrieval.Config
	document func(i int) retrieval.Document
	need     func(i int) []retrieval.QueryTerm
}

// need is one question.
type need struct {
	name  string
	terms []retrieval.QueryTerm
}

func (c corpus) needs(n int) []need {
	list := make([]need, n)
	for i := range list {
		list[i] = need{name: fmt.Sprint(i), terms: c.need(i)}
	}
	return list
}

// corpus is the first n documents.
func (s *synthetic) corpus(name string, n int, withBigrams bool) corpus {
	return corpus{
		name: "synthetic, " + name,
		size: n,
		document: func(i int) retrieval.Document {
			return retrieval.Document{
				ID: documentID(i), Terms: s.document(i, withBigrams), Allow: []string{"*"},
				Attributes: []string{"kind:seed", fmt.Sprint("field:", i%23)}, Numbers: []int64{int64(i)},
			}
		},
		need: func(i int) []retrieval.QueryTerm { return s.need(i, n, withBigrams) },
	}
}

// documentID is as long as the IDs of records are.
func documentID(i int) string { return fmt.Sprintf("0193e5b0-0000-7000-8000-%012x", i) }

// readKaken reads at most so many real research projects, title and keywords, analysed as the
// product does with all its evidence. A need is the title of a project, so that
// needs are real too.
func readKaken(file string, most int) (corpus, error) {
	f, err := os.Open(file)
	if err != nil {
		return corpus{}, err
	}
	defer f.Close()
	a := lexical.New()
	var titles []string
	var documents []retrieval.Document
	lines := bufio.NewScanner(f)
	lines.Scan() // the header
	for len(titles) < most && lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) < 6 {
			return corpus{}, fmt.Errorf("%s: line %d has %d cells", file, len(titles)+2, len(cells))
		}
		terms := a.Document([]lexical.Field{
			{Name: "title", Weight: lexical.TitleWeight, Text: cells[1]},
			{Name: "keywords", Weight: lexical.TitleWeight, Text: cells[5]},
		})
		titles = append(titles, cells[1])
		documents = append(documents, retrieval.Document{
			ID: documentID(len(documents)), Terms: terms.Occurrences(), Allow: []string{"*"},
			Attributes: []string{"institution:" + cells[2], "category:" + cells[3]},
		})
	}
	return corpus{
		name:     "KAKEN titles and keywords, all evidence",
		size:     len(documents),
		config:   retrieval.Config{Fold: map[retrieval.Evidence]int{lexical.Pairs: 20}},
		document: func(i int) retrieval.Document { return documents[i] },
		need: func(i int) []retrieval.QueryTerm {
			title := titles[i*7919%len(titles)]
			return a.Query([]lexical.Field{{Text: title}}).Terms()
		},
	}, lines.Err()
}
