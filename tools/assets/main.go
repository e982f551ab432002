// Command assets bundles the style sheets and scripts of internal/web/assets
// into internal/web/static/dist, where they are committed and embedded.
//
// Run it from the root of the checkout: go run ./tools/assets. With -check it
// writes nothing and fails when dist is stale. It needs neither Node nor the
// network; the one foreign script (htmx) stands in assets/vendor.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "internal/web/assets"
	dist   = "internal/web/static/dist"
)

func main() {
	check := flag.Bool("check", false, "compare with dist instead of writing it")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	files, err := bundle()
	if err != nil {
		return err
	}
	if check {
		return compare(files)
	}
	return write(files)
}

// bundle gives the contents of dist by file name.
func bundle() (map[string][]byte, error) {
	entries, err := filepath.Glob(source + "/*.*")
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, errors.New("no sources in " + source + "; run this from the root of the checkout")
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       entries,
		Outdir:            dist,
		EntryNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderCopy},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	files, manifest := map[string][]byte{}, map[string]string{}
	for _, f := range result.OutputFiles {
		name := filepath.Base(f.Path)
		files[name] = f.Contents
		if base, _, ok := cutHash(name); ok {
			manifest[base] = name
		}
	}
	m, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, err
	}
	files["manifest.json"] = append(m, '\n')
	return files, nil
}

// cutHash takes kyoten-ABCD1234.css apart into kyoten.css and the hash.
func cutHash(name string) (base, hash string, ok bool) {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	i := strings.LastIndexByte(stem, '-')
	if i < 0 {
		return "", "", false
	}
	return stem[:i] + ext, stem[i+1:], true
}

func compare(files map[string][]byte) error {
	have, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	stale := errors.New("dist is stale; run: go run ./tools/assets")
	if len(have) != len(files) {
		return stale
	}
	for _, f := range have {
		b, err := os.ReadFile(filepath.Join(dist, f.Name()))
		if err != nil {
			return err
		}
		want, ok := files[f.Name()]
		if !ok || !bytes.Equal(b, want) {
			return stale
		}
	}
	return nil
}

func write(files map[string][]byte) error {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, f := range old {
		if _, keep := files[f.Name()]; !keep {
			if err := os.Remove(filepath.Join(dist, f.Name())); err != nil {
				return err
			}
		}
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dist, name), files[name], 0o644); err != nil {
			return err
		}
		fmt.Printf("%8d  %s\n", len(files[name]), name)
	}
	return nil
}
