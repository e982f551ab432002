package archive_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// What is wrong with an export is said with the place, and nothing of it stays.
func TestImportRefusesWhatIsNotWhole(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	source := dbtest.SQLite(t)
	fill(t, source)
	export(t, source, whole)
	target := dbtest.SQLite(t)
	edit := func(name string, change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			p := filepath.Join(folder, filepath.FromSlash(name))
			b, err := os.ReadFile(p)
			if err := errors.Join(err, os.WriteFile(p, change(b), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	replace := func(old, now string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				t.Fatalf("nothing to change: %q", old)
			}
			return bytes.Replace(b, []byte(old), []byte(now), 1)
		}
	}
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		key    string
		place  string
	}{
		"no manifest":   {func(_ *testing.T, f string) { _ = os.Remove(filepath.Join(f, "manifest.json")) }, "archive.error.not_an_export", ""},
		"other json":    {edit("manifest.json", func([]byte) []byte { return []byte(`{"a":1}`) }), "archive.error.not_an_export", ""},
		"newer format":  {edit("manifest.json", replace(`"format_version": 1`, `"format_version": 2`)), "archive.error.format", ""},
		"other schema":  {edit("manifest.json", replace(`"schema": `, `"schema": 9`)), "archive.error.schema", ""},
		"other columns": {edit("manifest.json", replace(`"title_ja"`, `"title_jp"`)), "archive.error.table", ""},
		"changed text":  {edit("tables/seed.jsonl", replace("title_ja 1", "title_ja 9")), "archive.error.digest", "tables/seed.jsonl"},
		"a cut line":    {edit("tables/need.jsonl", func(b []byte) []byte { return b[:len(b)-9] }), "archive.error.damaged", "tables/need.jsonl"},
		"a line less":   {edit("tables/need.jsonl", func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }), "archive.error.rows", "tables/need.jsonl"},
		"wrong type":    {edit("tables/person.jsonl", replace(`"version":-7`, `"version":"7"`)), "archive.error.damaged", "tables/person.jsonl:1"},
		"other key":     {edit("tables/person.jsonl", replace(`"kind":`, `"kinds":`)), "archive.error.damaged", "tables/person.jsonl:1"},
		"no file":       {func(_ *testing.T, f string) { _ = os.Remove(filepath.Join(f, "files", "key-1")) }, "archive.error.damaged", "files/key-1"},
		"changed file":  {edit("files/key-1", func(b []byte) []byte { b[0]++; return b }), "archive.error.digest", "files/key-1"},
		"climbing path": {edit("tables/file_chunk.jsonl", replace("files/key-1", "../files/key-1")), "archive.error.damaged", "../files/key-1"},
		"twice a row":   {edit("tables/setting.jsonl", func(b []byte) []byte { return append(b, b...) }), "archive.error.damaged", "tables/setting.jsonl"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "hub")
			if err := os.CopyFS(folder, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			c.damage(t, folder)
			_, err := open(target).Import(t.Context(), hub.SystemActor, folder, "", nil)
			e, ok := errors.AsType[*hub.Error](err)
			if !ok || e.Key != c.key {
				t.Fatalf("%v, want %s", err, c.key)
			}
			if place, _ := e.Args["place"].(string); !strings.HasSuffix(place, c.place) {
				t.Errorf("names %q, want %q", place, c.place)
			}
		})
	}
	if r := bring(t, target, whole); r.Rows() == 0 {
		t.Error("after the refusals nothing could be brought in")
	}
	for _, full := range []string{"sqlite", "postgres"} {
		d := source
		if full == "postgres" {
			d = dbtest.Postgres(t)
			bring(t, d, whole)
		}
		if _, err := open(d).Import(t.Context(), hub.SystemActor, whole, "", nil); hub.KindOf(err) != hub.Conflict {
			t.Errorf("%s: a database with rows is written to: %v", full, err)
		}
	}
}

func TestOnlyAdministratorsTakeAHubOut(t *testing.T) {
	d := dbtest.SQLite(t)
	folder := filepath.Join(t.TempDir(), "hub")
	for _, a := range []hub.Actor{
		{},
		{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Office, Area: hub.NewID()}}},
	} {
		if _, err := open(d).Export(t.Context(), a, folder, "", nil); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("%+v takes the hub out: %v", a, err)
		}
		if _, err := open(d).Import(t.Context(), a, folder, "", nil); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("%+v brings a hub in: %v", a, err)
		}
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("something was written")
	}
}

// An encrypted export shows nothing without its passphrase and everything with it.
func TestEncryptedExport(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d)
	dir := t.TempDir()
	place := filepath.Join(dir, "hub.zip.age")
	const passphrase = "正しい馬 電池 ホチキス"
	ctx, by := t.Context(), hub.SystemActor
	for _, c := range []struct{ place, passphrase string }{{place, ""}, {filepath.Join(dir, "hub.zip"), passphrase}, {filepath.Join(dir, "hub.age"), passphrase}} {
		if _, err := open(d).Export(ctx, by, c.place, c.passphrase, nil); hub.KindOf(err) != hub.Invalid {
			t.Errorf("%s with passphrase %q: %v", c.place, c.passphrase, err)
		}
	}
	m, err := open(d).Export(ctx, by, place, passphrase, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(place)
	if err != nil || bytes.Contains(b, []byte("manifest")) || bytes.Contains(b, []byte("title_ja")) {
		t.Errorf("the encrypted file shows what is in it, %v", err)
	}
	target := dbtest.SQLite(t)
	for given, key := range map[string]string{"": "archive.error.passphrase_needed", "wrong": "archive.error.passphrase_wrong"} {
		_, err := open(target).Import(ctx, by, place, given, nil)
		if e, ok := errors.AsType[*hub.Error](err); !ok || e.Key != key {
			t.Errorf("with passphrase %q: %v", given, err)
		}
	}
	r, err := open(target).Import(ctx, by, place, passphrase, nil)
	if err != nil || r.Rows() != m.Rows() {
		t.Errorf("%d rows of %d, %v", r.Rows(), m.Rows(), err)
	}
	cut := filepath.Join(dir, "cut.zip.age")
	if err := os.WriteFile(cut, b[:len(b)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(dbtest.SQLite(t)).Import(ctx, by, cut, passphrase, nil); hub.KindOf(err) != hub.Invalid {
		t.Errorf("a cut file: %v", err)
	}
}

// An export that fails leaves nothing behind that could pass for one.
func TestAFailedExportLeavesNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Write(t.Context(), put("bad", "\xff\xfe"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hub", "hub.zip"} {
		place := filepath.Join(t.TempDir(), name)
		_, err := open(d).Export(t.Context(), hub.SystemActor, place, "", nil)
		if err == nil || !strings.Contains(err.Error(), "setting") {
			t.Errorf("text that is no text is exported: %v", err)
		}
		if left, _ := os.ReadDir(filepath.Dir(place)); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
