// Package catalogue holds the sentences of the interface: one file per section
// of the site, with the columns key, ja and en. It only reads them; package i18n
// speaks them.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.tsv
var files embed.FS

// Row is one line of a catalogue file. A key that ends in #one is the English
// form for a count of one.
type Row struct {
	Key, JA, EN string
	File        string
	Line        int
}

// Rows gives every row, in order of file and line. Lines that are empty or begin
// with # are left out; \n in a text means a new line. The error says which line
// is malformed.
func Rows() ([]Row, error) {
	names, err := fs.Glob(files, "*.tsv")
	if err != nil {
		return nil, err
	}
	var rows []Row
	unescape := strings.NewReplacer(`\n`, "\n")
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			line = strings.TrimSuffix(line, "\r")
			if i == 0 {
				if line != "key\tja\ten" {
					return nil, fmt.Errorf("%s: the first line must be key, ja, en", name)
				}
				continue
			}
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			c := strings.Split(line, "\t")
			if len(c) != 3 {
				return nil, fmt.Errorf("%s:%d: %d columns instead of 3", name, i+1, len(c))
			}
			rows = append(rows, Row{Key: c[0], JA: unescape.Replace(c[1]), EN: unescape.Replace(c[2]), File: name, Line: i + 1})
		}
	}
	return rows, nil
}
