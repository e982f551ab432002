package directory

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// OrganisationKind says what sort of body an organisation is.
type OrganisationKind string

// The kinds of organisation. Company is a firm whose size is not known.
const (
	University   OrganisationKind = "university"    // 大学
	Kosen        OrganisationKind = "kosen"         // 高専
	PublicLab    OrganisationKind = "public_lab"    // 公設試・国研
	LargeCompany OrganisationKind = "company_large" // 大企業
	SME          OrganisationKind = "company_sme"   // 中小企業
	Startup      OrganisationKind = "startup"       // スタートアップ
	Company      OrganisationKind = "company"       // 企業
	Municipality OrganisationKind = "municipality"  // 自治体
	EconomicBody OrganisationKind = "economic_body" // 経済団体
	Bank         OrganisationKind = "bank"          // 金融機関
	VC           OrganisationKind = "vc"            // VC
	SupportBody  OrganisationKind = "support_body"  // 支援機関
	NPO          OrganisationKind = "npo"           // NPO
	Other        OrganisationKind = "other"         // その他
)

// OrganisationKinds lists them in the order screens show them.
var OrganisationKinds = []OrganisationKind{
	University, Kosen, PublicLab, LargeCompany, SME, Startup, Company, Municipality,
	EconomicBody, Bank, VC, SupportBody, NPO, Other,
}

// Organisation is a university, firm, municipality or other body. Only its kind
// and a name in one language are needed.
type Organisation struct {
	ID    hub.ID           `json:"id"`
	Kind  OrganisationKind `json:"kind"`
	Scope hub.Scope        `json:"scope"` // Public, or HubOnly; "" means HubOnly
	Name  hub.Text         `json:"name"`
	Kana  string           `json:"kana,omitempty"` // reading, full-width katakana
	// Former are names it had, and other names people use for it.
	Former          []string  `json:"former,omitempty"`
	CorporateNumber string    `json:"corporate_number,omitempty"` // 法人番号, 13 digits; several bodies may share one
	Prefecture      string    `json:"prefecture,omitempty"`       // JIS X 0401, two digits
	Municipality    string    `json:"municipality,omitempty"`     // six digits
	PostalCode      string    `json:"postal_code,omitempty"`      // 060-0808
	Address         hub.Text  `json:"address,omitzero"`
	Website         string    `json:"website,omitempty"`
	ROR             string    `json:"ror,omitempty"` // nine characters
	About           hub.Text  `json:"about,omitzero"`
	Import          hub.ID    `json:"import,omitempty"` // the import that made it
	Sample          bool      `json:"sample,omitempty"`
	Withdrawn       bool      `json:"withdrawn,omitempty"` // in the recycle bin
	MergedInto      hub.ID    `json:"merged_into,omitempty"`
	Version         int       `json:"-"` // for Revise
	Created         time.Time `json:"-"`
	Updated         time.Time `json:"-"`
}

// Bounds of what may be written, in characters.
const (
	MaxName = 200
	MaxText = 4_000
)

// check brings the fields to their form and says what is wrong.
func (o *Organisation) check() hub.Problems {
	var p hub.Problems
	if o.Scope == "" {
		o.Scope = hub.HubOnly
	}
	if o.Scope != hub.Public && o.Scope != hub.HubOnly {
		p.Add("scope", "error.choose")
	}
	if !slices.Contains(OrganisationKinds, o.Kind) {
		p.Add("kind", "error.choose")
	}
	trimText(&o.Name, &o.Address, &o.About)
	if o.Name.Empty() {
		p.Add("name.ja", "directory.error_name")
	}
	o.Kana = reading(o.Kana)
	former := o.Former
	o.Former = nil
	for _, s := range former {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(o.Former, s) {
			o.Former = append(o.Former, s)
		}
	}
	coded(&p, "corporate_number", &o.CorporateNumber, CorporateNumber, "directory.error_corporate_number")
	municipality(&p, &o.Municipality, o.Prefecture)
	coded(&p, "postal_code", &o.PostalCode, PostalCode, "directory.error_postal_code")
	coded(&p, "ror", &o.ROR, ROR, "directory.error_ror")
	if o.Prefecture == "" && o.Municipality != "" {
		o.Prefecture = o.Municipality[:min(2, len(o.Municipality))]
	}
	if o.Prefecture != "" && PrefectureName(o.Prefecture).Empty() {
		p.Add("prefecture", "error.choose")
	} else if o.Municipality != "" && !strings.HasPrefix(o.Municipality, o.Prefecture) {
		p.Add("municipality", "directory.error_municipality_elsewhere")
	}
	website(&p, "website", &o.Website)
	for field, s := range map[string]string{
		"name.ja": o.Name.JA, "name.en": o.Name.EN, "kana": o.Kana, "former": strings.Join(o.Former, "\n"),
		"address.ja": o.Address.JA, "address.en": o.Address.EN, "about.ja": o.About.JA, "about.en": o.About.EN, "website": o.Website,
	} {
		limit := MaxText
		switch field {
		case "name.ja", "name.en", "kana":
			limit = MaxName
		}
		checkText(&p, field, s, limit)
	}
	return p
}

// names are all the names under which the organisation is found.
func (o *Organisation) names() []string {
	var out []string
	for _, n := range append([]string{o.Name.JA, o.Name.EN, o.Kana}, o.Former...) {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}

func (o *Organisation) sortKey() string {
	return japanese.SortKey(firstOf(o.Kana, o.Name.JA, o.Name.EN))
}

func (o *Organisation) searchKey() string {
	return searchKey(append(o.names(), japanese.Hiragana(o.Kana), o.Address.JA, o.Address.EN, o.CorporateNumber, o.About.JA, o.About.EN)...)
}

// organisationFields names the fields that a line in the timeline may tell of,
// by the last part of their key directory.field_….
func organisationFields(before, after Organisation) []string {
	var out []string
	differ := func(field string, different bool) {
		if different {
			out = append(out, field)
		}
	}
	differ("name", before.Name != after.Name)
	differ("kana", before.Kana != after.Kana)
	differ("former", !slices.Equal(before.Former, after.Former))
	differ("kind", before.Kind != after.Kind)
	differ("scope", before.Scope != after.Scope)
	differ("corporate_number", before.CorporateNumber != after.CorporateNumber)
	differ("prefecture", before.Prefecture != after.Prefecture)
	differ("address", before.Address != after.Address || before.PostalCode != after.PostalCode || before.Municipality != after.Municipality)
	differ("website", before.Website != after.Website)
	differ("ror", before.ROR != after.ROR)
	differ("about", before.About != after.About)
	return out
}

func trimText(all ...*hub.Text) {
	for _, t := range all {
		t.JA, t.EN = strings.TrimSpace(t.JA), strings.TrimSpace(t.EN)
	}
}

// reading brings a reading to full-width katakana.
func reading(s string) string {
	return strings.Join(strings.Fields(japanese.Katakana(strings.ReplaceAll(s, "　", " "))), " ")
}

// coded reads a field that carries its own check; empty is fine.
func coded(p *hub.Problems, field string, value *string, read func(string) (string, bool), key string) {
	if strings.TrimSpace(*value) == "" {
		*value = ""
		return
	}
	got, ok := read(*value)
	if !ok {
		p.Add(field, key, "value", strings.TrimSpace(*value))
		return
	}
	*value = got
}

// website takes an address with or without its https://.
func website(p *hub.Problems, field string, value *string) {
	s := strings.TrimSpace(japanese.Normalise(*value))
	if s == "" {
		*value = ""
		return
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(u.Hostname(), ".") || u.User != nil {
		p.Add(field, "error.url")
		return
	}
	*value = s
}

func checkText(p *hub.Problems, field, s string, limit int) {
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		p.Add(field, "error.nul")
	}
	if n := utf8.RuneCountInString(s); n > limit {
		p.Add(field, "error.too_long", "limit", limit, "n", n)
	}
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
