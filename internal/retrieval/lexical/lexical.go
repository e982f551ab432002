// Package lexical turns texts into what the index compares: the words of
// Japanese and English with their synonyms, and fragments of them, each kind of
// evidence with a weight, so that a score is one sum whose every addend can be
// shown to a person. docs/matching.md has the reasons and measurements of every
// number here.
//
// It keeps dictionaries and nothing else: it never sees who asks, never reads
// the index or the database, and learns nothing from the texts it is given.
package lexical

import (
	"slices"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical/thesaurus"
)

// Field is one part of a record's text.
type Field struct {
	Name   string
	Weight float32 // how many times an occurrence here counts; 0 means 1
	Text   string
}

func (f Field) weight() float32 {
	if f.Weight > 0 {
		return f.Weight
	}
	return 1
}

// TitleWeight is the weight of a title or a list of keywords.
const TitleWeight = 2

// The kinds of evidence in the index.
const (
	Words      retrieval.Evidence = iota // base forms of Japanese, stems of English
	Bigrams                              // two neighbouring characters of Japanese
	Characters                           // single kanji
	Pairs                                // two neighbouring words
	Languages                            // those the document is written in: "ja", "en"
	Kinds                                // how many there are
)

// method holds the numbers of the method. Each has its reason and measurement
// in docs/matching.md.
type method struct {
	weight      [Kinds]float32 // of the kinds of evidence
	lead        float32        // what the opening sentence of a document without a title counts
	needTitle   float32        // what the opening sentence of a long need counts
	sections    bool           // take long needs apart by their headings
	translation float32        // a translation against the word itself
	part        float32        // the parts of an expression that a dictionary has as a whole
}

var standard = method{
	weight: [Kinds]float32{Words: 1, Bigrams: .35, Characters: .2, Pairs: .2},
	lead:   TitleWeight, needTitle: 3, sections: true, translation: 1, part: 1,
}

// Analyzer reads texts. It is safe for use by several goroutines.
type Analyzer struct {
	method method
	links  []*links
	loans  loans // of all links
}

// Option gives an Analyzer a dictionary.
type Option func(*Analyzer)

// New makes an analyzer.
func New(opts ...Option) *Analyzer {
	a := &Analyzer{method: standard}
	a.links = append(a.links, builtin())
	for _, o := range opts {
		o(a)
	}
	a.learnLoans()
	return a
}

// Weights of another wording against the word itself.
const (
	thesaurusWeight  = .5
	dictionaryWeight = .4
)

// builtin is the thesaurus written by the project. That it reads is tested.
var builtin = sync.OnceValue(func() *links {
	groups, err := thesaurus.Load()
	if err != nil {
		panic(err)
	}
	return plain().group(groups)
})

// WithThesaurus adds groups of words, such as those an area keeps for itself.
func WithThesaurus(groups []thesaurus.Group) Option {
	return func(a *Analyzer) { a.links = append(a.links, plain().group(groups)) }
}

// WithDictionary adds a dictionary.
func WithDictionary(d *Dictionary) Option {
	return func(a *Analyzer) { a.links = append(a.links, &d.links) }
}

// WithoutThesaurus leaves out the built-in thesaurus.
func WithoutThesaurus() Option {
	return func(a *Analyzer) { a.links = slices.DeleteFunc(a.links, func(l *links) bool { return l == builtin() }) }
}

func (a *Analyzer) group(groups []thesaurus.Group) *links {
	l := &links{}
	for _, g := range groups {
		e := entry{weight: thesaurusWeight}
		for _, w := range slices.Concat(g.JA, g.EN) {
			if m, ok := a.member(w, 1); ok {
				e.members = append(e.members, m)
			}
		}
		l.add(e)
	}
	return l
}

// plain is the analyzer without any dictionary.
var plain = sync.OnceValue(func() *Analyzer { return &Analyzer{method: standard} })
