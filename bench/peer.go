package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// peer is an engine to measure beside.
type peer interface {
	name() string
	search(n need) []string
	built() time.Duration
	megabytes() float64 // on disk
	close()
}

func newPeer(name string, c corpus) (peer, error) {
	folder, err := os.MkdirTemp("", "kyoten-bench-")
	if err != nil {
		return nil, err
	}
	var p peer
	switch name {
	case "bleve":
		p, err = newBleve(folder, c)
	case "fts5":
		p, err = newFTS5(folder, c)
	default:
		err = fmt.Errorf("no engine is called %q", name)
	}
	if err != nil {
		os.RemoveAll(folder)
	}
	return p, err
}

// numbering gives every term a short name of letters and digits, so that no engine's
// own analysis can split or fold it and all engines look for exactly the same.
type numbering map[string]string

func (n numbering) name(term string, e retrieval.Evidence) string {
	key := string(rune('a'+e)) + term
	name, ok := n[key]
	if !ok {
		name = key[:1] + strconv.FormatInt(int64(len(n)), 36)
		n[key] = name
	}
	return name
}

// text writes a document's terms as a text: each as often as it occurs.
func (n numbering) text(terms []retrieval.Occurrence) string {
	var b []byte
	for _, o := range terms {
		name := n.name(o.Term, o.Evidence)
		for range max(int(o.Frequency+.5), 1) {
			b = append(append(b, name...), ' ')
		}
	}
	return string(b)
}

// megabytesUnder is the size of all files in a folder.
func megabytesUnder(folder string) float64 {
	size := int64(0)
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err == nil {
			size += i.Size()
		}
		return err
	})
	if err != nil {
		return -1
	}
	return float64(size) / 1e6
}
