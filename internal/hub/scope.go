package hub

// Scope is how widely a record, a layer of it, or an organisation's name may be
// read. Package access says who that is; docs/access.tsv says it for people.
type Scope string

// The five disclosure scopes, widest first.
const (
	Public  Scope = "public"  // 公開: everyone
	Members Scope = "members" // 会員: people of the area's participating and cooperating organisations
	HubOnly Scope = "hub"     // 拠点: coordinators and office, and the record's own institution
	Case    Scope = "case"    // 当事者: those named
	Sealed  Scope = "sealed"  // 封印: owner, the institution's desk, named persons
)

// Scopes lists them, widest first.
var Scopes = []Scope{Public, Members, HubOnly, Case, Sealed}

// Valid reports whether s is one of the five.
func (s Scope) Valid() bool { return s.rank() < len(Scopes) }

func (s Scope) rank() int {
	for i, x := range Scopes {
		if x == s {
			return i
		}
	}
	return len(Scopes)
}

// Narrower gives the narrower of two scopes. An unknown scope is narrowest.
func (s Scope) Narrower(t Scope) Scope {
	if t.rank() > s.rank() {
		return t
	}
	return s
}
