package directory

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Resolution is what a name in a file may mean.
type Resolution struct {
	Name string
	// ID is the one record it certainly means; "" when there is none or several.
	ID hub.ID
	// Candidates are the records it may mean, the likeliest first; ID is among them.
	Candidates []hub.ID
}

// Resolve finds organisations by name, in bulk: as written save for width,
// spaces and the spelling of the legal form; failing that, without the legal
// form. One hit is certain, several are candidates. Former names, readings and
// English names count like the name itself. The result has the order of names.
func (s *Organisations) Resolve(ctx context.Context, a hub.Actor, names []string) ([]Resolution, error) {
	type keys struct{ whole, bare string }
	of := make([]keys, len(names))
	bares := map[string]bool{}
	for i, n := range names {
		of[i].whole, of[i].bare = NameKeys(n)
		if of[i].bare != "" {
			bares[of[i].bare] = true
		}
	}
	byWhole, byBare := map[string][]hub.ID{}, map[string][]hub.ID{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		type hit struct {
			id          hub.ID
			whole, bare string
		}
		for chunk := range slices.Chunk(sorted(bares), 500) {
			var args db.Args
			q := "select n.organisation_id, n.whole, n.bare from organisation_name n join organisation o on o.id = n.organisation_id where " +
				db.In(&args, "n.bare", chunk) + " and o.withdrawn = 0 and " + seeOrganisation(a, "o", &args) + " order by n.organisation_id, n.position"
			hits, err := db.All(ctx, tx, func(r db.Row) (h hit, err error) {
				err = r.Scan(&h.id, &h.whole, &h.bare)
				return h, err
			}, q, args...)
			if err != nil {
				return err
			}
			for _, h := range hits {
				byWhole[h.whole] = appendNew(byWhole[h.whole], h.id)
				byBare[h.bare] = appendNew(byBare[h.bare], h.id)
			}
		}
		return nil
	})
	out := make([]Resolution, len(names))
	for i, n := range names {
		out[i].Name = n
		exact := byWhole[of[i].whole]
		for _, id := range append(slices.Clone(exact), byBare[of[i].bare]...) {
			out[i].Candidates = appendNew(out[i].Candidates, id)
		}
		switch {
		case len(exact) == 1:
			out[i].ID = exact[0]
		case len(exact) == 0 && len(out[i].Candidates) == 1:
			out[i].ID = out[i].Candidates[0]
		}
	}
	return out, err
}

// Similar gives organisations that may be the one described: by 法人番号, ROR or
// any of its names, at most ten; for noticing duplicates while typing.
func (s *Organisations) Similar(ctx context.Context, a hub.Actor, o Organisation) ([]OrganisationView, error) {
	found, err := s.Resolve(ctx, a, o.names())
	if err != nil {
		return nil, err
	}
	var ids []hub.ID
	if o.CorporateNumber != "" || o.ROR != "" {
		err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			var args db.Args
			var or []string
			if o.CorporateNumber != "" {
				or = append(or, "o.corporate_number = "+args.Add(o.CorporateNumber))
			}
			if o.ROR != "" {
				or = append(or, "o.ror = "+args.Add(o.ROR))
			}
			ids, err = db.All(ctx, tx, db.Scalar[hub.ID], "select o.id from organisation o where ("+strings.Join(or, " or ")+") order by o.id limit 10", args...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, r := range found {
		for _, id := range r.Candidates {
			ids = appendNew(ids, id)
		}
	}
	ids = slices.DeleteFunc(ids, func(id hub.ID) bool { return id == o.ID })
	return s.Rows(ctx, a, ids[:min(len(ids), 10)])
}

// PersonClue is what a file says of a person.
type PersonClue struct {
	Name             string
	Organisation     hub.ID // to tell namesakes apart; "" = not known
	ResearcherNumber string
	Mail             string
}

// Resolve finds people of an area, in bulk: by researcher number, by mail
// address, else by name in the same organisation. A name alone, or in another
// organisation, makes candidates only: namesakes are common.
func (s *People) Resolve(ctx context.Context, a hub.Actor, area hub.ID, clues []PersonClue) ([]Resolution, error) {
	names, numbers, mails := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range clues {
		put := func(m map[string]bool, k string) {
			if k != "" {
				m[k] = true
			}
		}
		put(names, PersonKey(c.Name))
		put(numbers, c.ResearcherNumber)
		put(mails, mailKey(c.Mail))
	}
	byName, byNumber, byMail := map[string][]hub.ID{}, map[string][]hub.ID{}, map[string][]hub.ID{}
	belongsTo := map[hub.ID][]hub.ID{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		look := func(into map[string][]hub.ID, keys map[string]bool, from, column string) error {
			for chunk := range slices.Chunk(sorted(keys), 500) {
				var args db.Args
				q := "select t.id, " + column + " from person t " + from + " where " + db.In(&args, column, chunk) + " and t.area_id = " + args.Add(string(area)) +
					" and t.withdrawn = 0 and " + access.Scope(a, access.See).SQL("t", db.Millis(s.now()), args.Add)
				if from == withContact {
					// An address one may not read must not be told by a hit.
					q += " and " + access.Scope(withoutLink(a), access.See).SQL("c", db.Millis(s.now()), args.Add)
				}
				hits, err := db.All(ctx, tx, func(r db.Row) (h [2]string, err error) {
					err = r.Scan(&h[0], &h[1])
					return h, err
				}, q+" order by t.id", args...)
				if err != nil {
					return err
				}
				for _, h := range hits {
					into[h[1]] = appendNew(into[h[1]], hub.ID(h[0]))
				}
			}
			return nil
		}
		if err := look(byName, names, "join person_name n on n.person_id = t.id", "n.name_key"); err != nil {
			return err
		}
		if err := look(byNumber, numbers, "", "t.researcher_number"); err != nil {
			return err
		}
		if err := look(byMail, mails, withContact, "c.value_key"); err != nil {
			return err
		}
		var found []hub.ID
		for _, ids := range byName {
			found = append(found, ids...)
		}
		for chunk := range slices.Chunk(texts(found), 500) {
			var args db.Args
			hits, err := db.All(ctx, tx, func(r db.Row) (h [2]hub.ID, err error) {
				err = r.Scan(&h[0], &h[1])
				return h, err
			}, "select person_id, organisation_id from affiliation where "+db.In(&args, "person_id", chunk), args...)
			if err != nil {
				return err
			}
			for _, h := range hits {
				belongsTo[h[0]] = append(belongsTo[h[0]], h[1])
			}
		}
		return nil
	})
	out := make([]Resolution, len(clues))
	for i, c := range clues {
		r := &out[i]
		r.Name = c.Name
		for _, certain := range [][]hub.ID{byNumber[c.ResearcherNumber], byMail[mailKey(c.Mail)]} {
			for _, id := range certain {
				r.Candidates = appendNew(r.Candidates, id)
			}
			if r.ID == "" && len(certain) == 1 {
				r.ID = certain[0]
			}
		}
		var same []hub.ID
		for _, id := range byName[PersonKey(c.Name)] {
			if c.Organisation != "" && slices.Contains(belongsTo[id], c.Organisation) {
				same = append(same, id)
			}
		}
		for _, id := range append(slices.Clone(same), byName[PersonKey(c.Name)]...) {
			r.Candidates = appendNew(r.Candidates, id)
		}
		if r.ID == "" && len(same) == 1 {
			r.ID = same[0]
		}
	}
	return out, err
}

const withContact = "join contact c on c.record_id = t.id and c.kind = 'mail' and c.ended = 0"

func mailKey(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(japanese.Normalise(s)), ""))
}

func appendNew(ids []hub.ID, id hub.ID) []hub.ID {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Stay is one institution named in a cell, with the years behind it.
type Stay struct {
	Name        string
	From, Until int // years; 0 = not said
}

var (
	stayCut   = regexp.MustCompile(`\s+[/／]\s+|[;；\n]`)
	stayYears = regexp.MustCompile(`^(.*\S)\s*[(（]([\d\s,、~〜～–—-]*\d{4}[\d\s,、~〜～–—-]*)[)）]$`)
	stayYear  = regexp.MustCompile(`\d{4}`)
)

// Stays reads a cell that names several institutions with years, as research
// databases write it: 東北大学(2022) / 沖縄科学技術大学院大学(2017-2019), or
// 筑波大学(2019, 2021), of which the first and last year are kept. The order is
// that of the cell.
func Stays(cell string) (out []Stay) {
	for _, part := range stayCut.Split(cell, -1) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		s := Stay{Name: part}
		if m := stayYears.FindStringSubmatch(part); m != nil {
			years := stayYear.FindAllString(m[2], -1)
			s.Name, s.From, s.Until = m[1], year(years[0]), year(years[len(years)-1])
		}
		out = append(out, s)
	}
	return out
}

func year(s string) (n int) {
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
