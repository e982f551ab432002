package japanese

import "strings"

// Stem reduces an English word, folded to lower case, to the part it shares with
// its inflections and nearest derivations (coatings, coated → coat), after
// Porter (Program 14, 1980). Words that contain anything but the letters a–z,
// and words of three letters or fewer, come back as they are.
func Stem(word string) string {
	if verb, ok := pasts[word]; ok {
		word = verb
	}
	if len(word) <= 3 {
		return word
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	if s, ok := irregular[word]; ok {
		return s
	}
	w := step1(word)
	w = suffixes(w, step2, 0)
	w = suffixes(w, step3, 0)
	w = suffixes(w, step4, 1)
	if strings.HasSuffix(w, "e") {
		if m := measure(w[:len(w)-1]); m > 1 || m == 1 && !cvc(w[:len(w)-1]) {
			w = w[:len(w)-1]
		}
	}
	if strings.HasSuffix(w, "ll") && measure(w) > 1 {
		w = w[:len(w)-1]
	}
	return w
}

var irregular = map[string]string{
	"children": "child", "women": "woman", "mice": "mous", "feet": "foot", "teeth": "tooth", "geese": "goos",
	"people": "peopl", "data": "data", "datum": "data", "analyses": "analysi", "analysis": "analysi", "analyze": "analysi",
	"analyzed": "analysi", "analyzes": "analysi", "analyzing": "analysi", "analyse": "analysi", "analysed": "analysi", "analysing": "analysi",
	"news": "news", "matrices": "matrix", "indices": "index", "lenses": "len", "fibre": "fiber", "fibres": "fiber",
	"colour": "color", "colours": "color", "aluminium": "aluminum", "sulphur": "sulfur", "centre": "center", "centres": "center",
	"metre": "meter", "metres": "meter", "litre": "liter", "litres": "liter", "ageing": "age", "aging": "age", "dyeing": "dye", "dyed": "dye", "dyes": "dye",
}

// pasts has the forms of irregular verbs. Those that are common nouns of their own
// (ground, wound, felt, shot) are left out.
var pasts = map[string]string{
	"arisen": "arise", "arose": "arise", "ate": "eat", "became": "become", "began": "begin", "begun": "begin", "bent": "bend", "blew": "blow", "blown": "blow",
	"borne": "bear", "bought": "buy", "bred": "breed", "broke": "break", "broken": "break", "brought": "bring", "built": "build", "burnt": "burn", "came": "come",
	"caught": "catch", "chose": "choose", "chosen": "choose", "clung": "cling", "dealt": "deal", "did": "do", "done": "do", "drank": "drink", "drawn": "draw",
	"drew": "draw", "driven": "drive", "drove": "drive", "drunk": "drink", "dug": "dig", "eaten": "eat", "fallen": "fall", "fed": "feed", "flew": "fly",
	"flown": "fly", "forgot": "forget", "forgotten": "forget", "fought": "fight", "found": "find", "froze": "freeze", "frozen": "freeze", "gave": "give",
	"given": "give", "gone": "go", "got": "get", "gotten": "get", "grew": "grow", "grown": "grow", "heard": "hear", "held": "hold", "hid": "hide", "hidden": "hide",
	"hung": "hang", "kept": "keep", "knew": "know", "known": "know", "lain": "lie", "leapt": "leap", "learnt": "learn", "lent": "lend", "lost": "lose", "made": "make",
	"meant": "mean", "met": "meet", "molten": "melt", "overcame": "overcome", "paid": "pay", "proven": "prove", "ran": "run", "ridden": "ride", "risen": "rise",
	"rode": "ride", "said": "say", "sang": "sing", "sank": "sink", "sat": "sit", "seen": "see", "sent": "send", "shaken": "shake", "shook": "shake", "shown": "show",
	"shrank": "shrink", "shrunk": "shrink", "slept": "sleep", "slid": "slide", "sold": "sell", "sought": "seek", "spent": "spend", "spoke": "speak", "spoken": "speak",
	"spun": "spin", "stole": "steal", "stolen": "steal", "stood": "stand", "struck": "strike", "stuck": "stick", "sung": "sing", "sunk": "sink", "swam": "swim",
	"swept": "sweep", "swollen": "swell", "swum": "swim", "swung": "swing", "taken": "take", "taught": "teach", "thought": "think", "threw": "throw",
	"thrown": "throw", "told": "tell", "took": "take", "tore": "tear", "torn": "tear", "undergone": "undergo", "understood": "understand", "underwent": "undergo",
	"went": "go", "withdrawn": "withdraw", "withdrew": "withdraw", "withstood": "withstand", "woke": "wake", "woken": "wake", "won": "win", "wore": "wear",
	"worn": "wear", "wove": "weave", "woven": "weave", "written": "write", "wrote": "write",
}

func isVowel(w string, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !isVowel(w, i-1)
	}
	return false
}

// measure counts the vowel-consonant sequences of a stem.
func measure(w string) (m int) {
	before := false
	for i := range len(w) {
		v := isVowel(w, i)
		if before && !v {
			m++
		}
		before = v
	}
	return m
}

func hasVowel(w string) bool {
	for i := range len(w) {
		if isVowel(w, i) {
			return true
		}
	}
	return false
}

// cvc: ends in consonant, vowel, consonant other than w, x, y.
func cvc(w string) bool {
	n := len(w)
	if n < 3 || isVowel(w, n-1) || !isVowel(w, n-2) || isVowel(w, n-3) {
		return false
	}
	c := w[n-1]
	return c != 'w' && c != 'x' && c != 'y'
}

func doubled(w string) bool {
	n := len(w)
	return n > 1 && w[n-1] == w[n-2] && !isVowel(w, n-1)
}

// step1 removes plurals, -ed, -ing and turns y into i.
func step1(w string) string {
	switch {
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "ies"):
		w = w[:len(w)-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:len(w)-1]
	}
	cut := ""
	switch {
	case strings.HasSuffix(w, "eed"):
		if measure(w[:len(w)-3]) > 0 {
			w = w[:len(w)-1]
		}
	case strings.HasSuffix(w, "ed") && hasVowel(w[:len(w)-2]):
		cut = w[:len(w)-2]
	case strings.HasSuffix(w, "ing") && hasVowel(w[:len(w)-3]):
		cut = w[:len(w)-3]
	}
	if cut != "" {
		w = cut
		switch {
		case strings.HasSuffix(w, "at"), strings.HasSuffix(w, "bl"), strings.HasSuffix(w, "iz"):
			w += "e"
		case doubled(w) && !strings.HasSuffix(w, "l") && !strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "z"):
			w = w[:len(w)-1]
		case measure(w) == 1 && cvc(w):
			w += "e"
		}
	}
	if n := len(w); n > 2 && w[n-1] == 'y' && hasVowel(w[:n-1]) && !isVowel(w, n-2) {
		w = w[:n-1] + "i"
	}
	return w
}

var (
	step2 = [][2]string{
		{"ational", "ate"},
		{"tional", "tion"},
		{"enci", "ence"},
		{"anci", "ance"},
		{"izer", "ize"},
		{"iser", "ize"},
		{"bli", "ble"},
		{"alli", "al"},
		{"entli", "ent"},
		{"eli", "e"},
		{"ousli", "ous"},
		{"ization", "ize"},
		{"isation", "ize"},
		{"ation", "ate"},
		{"ator", "ate"},
		{"alism", "al"},
		{"iveness", "ive"},
		{"fulness", "ful"},
		{"ousness", "ous"},
		{"aliti", "al"},
		{"iviti", "ive"},
		{"biliti", "ble"},
		{"logi", "log"},
	}
	step3 = [][2]string{{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"alise", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}
	step4 = [][2]string{
		{"al", ""},
		{"ance", ""},
		{"ence", ""},
		{"er", ""},
		{"ic", ""},
		{"able", ""},
		{"ible", ""},
		{"ant", ""},
		{"ement", ""},
		{"ment", ""},
		{"ent", ""},
		{"sion", "s"},
		{"tion", "t"},
		{"ou", ""},
		{"ism", ""},
		{"ate", ""},
		{"iti", ""},
		{"ous", ""},
		{"ive", ""},
		{"ize", ""},
		{"ise", ""},
	}
)

// suffixes replaces the longest suffix of the table that w ends in, if what
// stays has a measure above least.
func suffixes(w string, table [][2]string, least int) string {
	best := -1
	for i, s := range table {
		if strings.HasSuffix(w, s[0]) && (best < 0 || len(s[0]) > len(table[best][0])) {
			best = i
		}
	}
	if best < 0 {
		return w
	}
	stem := w[:len(w)-len(table[best][0])] + table[best][1]
	if measure(w[:len(w)-len(table[best][0])]+firstLetter(table[best][1], least)) > least {
		return stem
	}
	return w
}

// firstLetter keeps the s or t of -sion and -tion in the stem that is measured.
func firstLetter(replacement string, least int) string {
	if least == 1 {
		return replacement
	}
	return ""
}

// stopWords of English carry no content: articles, pronouns, prepositions,
// auxiliaries, and what is left of contractions.
var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`a about above after again against all also although am among an and any are aren't as at be because been
before being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either else etc
ever few for from further had hadn't has hasn't have haven't having he her here hers herself him himself his how however i i'd i'll i'm i've if
in into is isn't it it's its itself just let's may me might more most much must my myself neither no nor not of off on once only or other
our ours ourselves out over own per quite rather same shall she should shouldn't since so some such than that that's the their
theirs them themselves then there there's therefore these they they'd they'll they're they've this those though through thus to too toward towards under until
up upon us very via was wasn't we we'd we'll we're we've were weren't what what's when where whereas whether which while who whom whose why will with
within without won't would wouldn't yet you you'd you'll you're you've your yours yourself yourselves s t d ll m re ve`) {
		m[w] = true
	}
	return m
}()

// EnglishStop reports whether an English word, in lower case, is one that every
// text has and none is about.
func EnglishStop(word string) bool { return stopWords[word] }
