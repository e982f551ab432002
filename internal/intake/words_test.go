package intake

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	words "github.com/kyoten-hub/kyoten/internal/i18n/catalogue"
)

// Every sentence and every field this room can name is in the catalogue.
func TestEveryWordIsThere(t *testing.T) {
	rows, err := words.Rows()
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, r := range rows {
		has[r.Key] = true
	}
	for _, k := range Kinds {
		for _, f := range FieldsOf(k) {
			if !has[f.Key(k)] {
				t.Errorf("no word for %s", f.Key(k))
			}
		}
		if !has["intake.map_no_name_"+string(k)] {
			t.Errorf("no sentence for a mapping of %s without a name", k)
		}
	}
	files, _ := filepath.Glob("*.go")
	key := regexp.MustCompile(`"(intake\.[a-z_]+)"`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(text), -1) {
			if !has[m[1]] && !strings.HasSuffix(m[1], "_") {
				t.Errorf("%s: no sentence for %s", f, m[1])
			}
		}
	}
}

// A synonym belongs to one field of a kind, or a column's meaning would depend
// on the order of a list.
func TestSynonymsAreOfOneFieldFirst(t *testing.T) {
	for _, k := range Kinds {
		seen := map[string]string{}
		for _, f := range FieldsOf(k) {
			for i, s := range f.synonyms {
				if s == "" {
					t.Errorf("%s.%s: a synonym folds to nothing", k, f.Name)
				}
				if other, twice := seen[s]; twice && other != f.Name && i < 2 {
					t.Errorf("%s: %q is a first word of %s and also of %s", k, s, f.Name, other)
				}
				seen[s] = f.Name
			}
		}
	}
}
