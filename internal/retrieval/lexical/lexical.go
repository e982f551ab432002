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
	"sync"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
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
	Kinds                                // how many there are
)

// method holds the numbers of the method.
type method struct {
	weight     [Kinds]float32
	lead       float32 // extra weight of a first sentence
	leadMax    int
	class      [16]float32 // query weight by class
	stop       float32     // weight of request words
	bigramFunc float32
	biHira     bool // index all-hiragana bigrams
	okuri      bool
	stem       int
	qsat       float32
	docFunc    bool
	pairGap    bool
	uniAll     bool
	qlead      float32
	qleadMax   int
	kana       bool
	katBi      float32
	katLong    float32
}

var standard = method{
	weight: [Kinds]float32{1, .35, .2, .1},
	class:  [16]float32{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	stop:   1, bigramFunc: 1, biHira: false, okuri: true, stem: 1, docFunc: true, pairGap: true, kana: true, lead: 1, leadMax: 80,
}

// Analyzer reads texts. It is safe for use by several goroutines.
type Analyzer struct{ method method }

// Option gives an Analyzer a dictionary.
type Option func(*Analyzer)

// New makes an analyzer.
func New(opts ...Option) *Analyzer {
	a := &Analyzer{method: standard}
	for _, o := range opts {
		o(a)
	}
	return a
}

// plain is the analyzer without any dictionary.
var plain = sync.OnceValue(func() *Analyzer { return &Analyzer{method: standard} })

// token is a word of a text as the index knows it.
type token struct {
	term  string
	class japanese.Class
	start int32 // bytes of the normalised text
	end   int32
}
