package japanese

import (
	"cmp"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/dict"
	"github.com/ikawaha/kagome-dict/ipa"
)

// lexicon is the IPA dictionary reduced to what segmenting needs: of each
// entry's features only the class and the base form.
type lexicon struct {
	dict    *dict.Dict
	dup     []uint8 // further entries of the same spelling, by id
	class   []Class // by id
	base    []uint32
	forms   string   // base forms and readings, each ended by a newline
	reading []uint32 // of proper nouns; zero elsewhere
	unknown []Class
	unkID   [256]int32
	unkDup  [256]int32
}

var loadLexicon = sync.OnceValue(func() *lexicon {
	d := ipa.Dict()
	l := &lexicon{
		dict: d, dup: make([]uint8, len(d.Morphs)), class: make([]Class, len(d.Morphs)), base: make([]uint32, len(d.Morphs)), reading: make([]uint32, len(d.Morphs)),
	}
	for id, n := range d.Index.Dup {
		l.dup[id] = uint8(min(n, 255))
	}
	var forms strings.Builder
	forms.WriteByte('\n') // place zero is the empty form
	seen := make(map[string]uint32, 300_000)
	keep := func(form string) uint32 {
		where, ok := seen[form]
		if !ok {
			where = uint32(forms.Len())
			seen[form] = where
			forms.WriteString(form)
			forms.WriteByte('\n')
		}
		return where
	}
	name := d.POSTable.NameList
	at := int(d.ContentsMeta[dict.BaseFormIndex]) - 4
	var all []spelling
	for id, pos := range d.POSTable.POSs {
		if len(pos) < 2 {
			continue
		}
		c := d.Contents[id]
		if kind := spellingKind(classOf(name[pos[0]], name[pos[1]])); kind != 0 && len(c) > at+1 {
			if form := c[at-1]; form == "*" || form == "基本形" {
				all = append(all, spelling{c[at], c[at+1], kind, d.Morphs[id].Weight})
			}
		}
	}
	one := spellings(all)
	for id, pos := range d.POSTable.POSs {
		if len(pos) < 2 {
			l.class[id] = Mark
			continue
		}
		l.class[id] = classOf(name[pos[0]], name[pos[1]])
		if c := d.Contents[id]; at >= 0 && at < len(c) {
			form := c[at]
			if kind := spellingKind(l.class[id]); kind != 0 {
				form = cmp.Or(one[string(kind)+form], form)
			}
			l.base[id] = keep(form)
			if l.class[id] == ProperNoun && at+1 < len(c) {
				l.reading[id] = keep(c[at+1])
			}
		}
	}
	l.forms = forms.String()
	for _, c := range d.UnkDict.Contents {
		class := Noun
		if len(c) > 1 {
			class = classOf(c[0], c[1])
		}
		l.unknown = append(l.unknown, class)
	}
	for c := range 256 {
		l.unkID[c] = d.UnkDict.Index[int32(c)]
		l.unkDup[c] = d.UnkDict.IndexDup[int32(c)]
	}
	d.Contents, d.POSTable = nil, dict.POSTable{} // nine tenths of the memory
	return l
})

func (l *lexicon) form(where uint32) string {
	s := l.forms[where:]
	return s[:strings.IndexByte(s, '\n')]
}

func classOf(pos, sub string) Class {
	switch pos {
	case "名詞":
		switch sub {
		case "固有名詞":
			return ProperNoun
		case "サ変接続":
			return ActionNoun
		case "形容動詞語幹", "ナイ形容詞語幹":
			return QualityNoun
		case "副詞可能":
			return TimeNoun
		case "数":
			return Number
		case "接尾":
			return Suffix
		case "代名詞":
			return Pronoun
		case "非自立", "特殊", "接続詞的", "動詞非自立的":
			return Auxiliary
		}
		return Noun
	case "動詞", "形容詞":
		if sub != "自立" {
			return Auxiliary
		}
		if pos == "動詞" {
			return Verb
		}
		return Adjective
	case "副詞":
		return Adverb
	case "接頭詞":
		return Prefix
	case "助詞":
		return Particle
	case "助動詞":
		return Auxiliary
	case "記号":
		if sub == "アルファベット" {
			return Latin
		}
		return Mark
	case "連体詞", "接続詞", "感動詞", "フィラー":
		return Function
	}
	return Noun
}

// node is a candidate word in the lattice of a sentence.
type node struct {
	cost       int32 // of the best way here, itself included
	penalty    int32 // for being long, in search mode
	prev       int32 // the node before it on that way; -1 none
	next       int32 // the next node that ends where this one ends; -1 none
	id         int32
	start, end int32 // bytes
	right      int16
	known      bool
}

// lattice is the working memory of one segmentation.
type lattice struct {
	nodes      []node
	head, tail []int32 // by byte offset: the nodes that end there
	seen       []int32 // by left id: the position for which best and cost hold
	best       []int32
	bestCost   []int64
	path       []int32
}

var lattices = sync.Pool{New: func() any { return new(lattice) }}

// The search mode of Kuromoji and Kagome: long words cost more, so that
// compounds fall into their parts.
const (
	kanjiLength, kanjiPenalty = 2, 3000
	otherLength, otherPenalty = 7, 1700
	impossible                = math.MaxInt32
	maxUnknown                = 1024 // characters in one unknown word
)

func penalty(surface string) int32 {
	if len(surface) <= kanjiLength*3 {
		return 0
	}
	n, kanji := utf8.RuneCountInString(surface), true
	for _, r := range surface {
		if kanji = unicode.Is(unicode.Ideographic, r); !kanji {
			break
		}
	}
	switch {
	case kanji && n > kanjiLength:
		return int32((n - kanjiLength) * kanjiPenalty)
	case n > otherLength:
		return int32((n - otherLength) * otherPenalty)
	}
	return 0
}

// segment finds the cheapest way through s by the Viterbi algorithm, exactly as
// Kagome's search mode does (a test compares them on all real data), without
// its allocations. Offsets of the words are shifted by base. It reports whether
// yield wanted everything.
func segment(s string, base int, yield func(Word) bool) bool {
	l := loadLexicon()
	la := lattices.Get().(*lattice)
	defer lattices.Put(la)
	last := la.build(l, s)
	la.path = la.path[:0]
	for n := la.nodes[last].prev; n > 0; n = la.nodes[n].prev {
		la.path = append(la.path, n)
	}
	for i := len(la.path) - 1; i >= 0; i-- {
		n := &la.nodes[la.path[i]]
		surface := s[n.start:n.end]
		w := Word{Base: surface, Start: base + int(n.start), End: base + int(n.end), Known: n.known}
		if n.known {
			w.Class = l.class[n.id]
			if b := l.form(l.base[n.id]); b != "*" && b != "" {
				w.Base = b
			}
			w.Reading = l.form(l.reading[n.id])
		} else {
			w.Class = l.unknown[n.id]
		}
		if foreign(surface) {
			end := n.end // C and ++ come apart in the dictionary's eyes
			for i > 0 {
				next := &la.nodes[la.path[i-1]]
				if !foreign(s[next.start:next.end]) {
					break
				}
				end = next.end
				i--
			}
			if !latinWords(s, int(n.start), int(end), func(part Word) bool {
				part.Start, part.End = part.Start+base, part.End+base
				return yield(part)
			}) {
				return false
			}
			continue
		}
		if !yield(w) {
			return false
		}
	}
	return true
}

// foreign reports whether a word begins with a letter, digit or mark from
// outside Japanese.
func foreign(surface string) bool {
	r, _ := utf8.DecodeRuneInString(surface)
	return r < 0x370 || isLatin(r)
}

// build fills the lattice and gives the index of its last node (EOS). Node 0 is
// the beginning.
func (la *lattice) build(l *lexicon, s string) int32 {
	d := l.dict
	la.nodes = la.nodes[:0]
	la.head = resize(la.head, len(s)+1)
	la.tail = resize(la.tail, len(s)+1)
	for i := range la.head {
		la.head[i] = -1
	}
	if width := int(d.Connection.Col) + 1; len(la.seen) < width {
		la.seen, la.best, la.bestCost = make([]int32, width), make([]int32, width), make([]int64, width)
	}
	for i := range la.seen {
		la.seen[i] = -1
	}
	la.add(node{prev: -1, next: -1})
	pos := 0
	var matched bool
	var runClass byte // the run of one class of characters measured last
	runLast, runEnd := -1, -1
	known := func(id, length int) {
		matched = true
		for x := id; x <= id+int(l.dup[id]); x++ {
			m := d.Morphs[x]
			la.enter(l, s, node{id: int32(x), start: int32(pos), end: int32(pos + length), right: m.RightID, known: true}, m.LeftID, m.Weight)
		}
	}
	for i, r := range s {
		pos = i
		matched = false
		d.Index.Da.CommonPrefixSearchCallback(s[i:], known)
		class := d.CharacterCategory(r)
		if matched && !d.InvokeList[class] {
			continue
		}
		end := i + utf8.RuneLen(r)
		prev := i
		switch {
		case !d.GroupList[class]:
		case class == runClass && i < runLast: // still in the run measured before
			prev, end = runLast, runEnd
		default:
			n := 1
			for ; end < len(s) && n < maxUnknown; n++ {
				c, w := utf8.DecodeRuneInString(s[end:])
				if d.CharacterCategory(c) != class {
					break
				}
				prev = end
				end += w
			}
			if runClass, runLast, runEnd = class, prev, end; n >= maxUnknown {
				runLast = -1 // cut short: the next may reach further
			}
		}
		for x := l.unkID[class]; x <= l.unkID[class]+l.unkDup[class]; x++ {
			m := d.UnkDict.Morphs[x]
			if i < prev {
				la.enter(l, s, node{id: x, start: int32(i), end: int32(prev), right: m.RightID}, m.LeftID, m.Weight)
			}
			la.enter(l, s, node{id: x, start: int32(i), end: int32(end), right: m.RightID}, m.LeftID, m.Weight)
		}
	}
	return la.enter(l, s, node{start: int32(len(s)), end: -1}, 0, 0)
}

// enter adds a node and finds the best way to it. All nodes that end at its
// start are there already, because nodes are entered by growing start.
func (la *lattice) enter(l *lexicon, s string, n node, left, weight int16) int32 {
	if la.head[n.start] < 0 {
		n.cost, n.prev = impossible, -1
	} else {
		if la.seen[left] != n.start {
			la.seen[left] = n.start
			conn := l.dict.Connection.Vec[l.dict.Connection.Row*int64(left):]
			best, at := int64(math.MaxInt64), int32(-1)
			for p := la.head[n.start]; p >= 0; p = la.nodes[p].next {
				before := &la.nodes[p]
				if c := int64(conn[before.right]) + int64(before.cost) + int64(before.penalty); c < best {
					best, at = c, p
				}
			}
			la.best[left], la.bestCost[left] = at, best
		}
		n.prev = la.best[left]
		n.cost = int32(min(la.bestCost[left]+int64(weight), impossible))
	}
	if n.end >= 0 {
		n.penalty = penalty(s[n.start:n.end])
	}
	n.next = -1
	return la.add(n)
}

// add puts a node at the end of the list of those that end where it ends; one
// with end -1 is in no list.
func (la *lattice) add(n node) int32 {
	at := int32(len(la.nodes))
	la.nodes = append(la.nodes, n)
	if n.end >= 0 {
		if la.head[n.end] < 0 {
			la.head[n.end] = at
		} else {
			la.nodes[la.tail[n.end]].next = at
		}
		la.tail[n.end] = at
	}
	return at
}

func resize(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n+n/2)[:n]
	}
	return s[:n]
}
