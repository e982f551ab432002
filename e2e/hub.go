package e2e

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// Demo serves the sample hub for the length of the test and gives its address.
// Its records stand in a file of their own, or in database when that is the
// address of an empty PostgreSQL database.
func Demo(t testing.TB, database string) string {
	t.Helper()
	if database == "" {
		database = filepath.Join(t.TempDir(), "kyoten.db")
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	ctx, stop := context.WithCancel(context.Background())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- app.Demo(ctx, app.Config{Storage: app.Storage{Database: database}, Listen: "127.0.0.1:0"}, log, func(l app.Listening) { address <- l.URL })
	}()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the sample hub ended: %v", err)
			}
		case <-time.After(40 * time.Second):
			t.Error("the sample hub does not stop")
		}
	})
	select {
	case url := <-address:
		return url
	case err := <-done:
		t.Fatalf("the sample hub does not start: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the sample hub does not start within a minute")
	}
	return ""
}

// Play takes a part in the sample hub: the first person it has of a role.
func (b *Tab) Play(hub, role string) {
	b.t.Helper()
	b.Open(hub + "/demo?lang=ja")
	japanese := i18n.With(context.Background(), "ja")
	word := i18n.T(japanese, "role."+role)
	found := Eval[bool](b, `(() => {
		const button = [...document.querySelectorAll("form[action='/demo'] button")].find(b => b.textContent.trim().startsWith(`+quote(word+"（")+`));
		button?.setAttribute("data-play", "");
		return !!button;
	})()`)
	if !found {
		b.t.Fatalf("the sample hub has nobody as %s", word)
	}
	b.Click("[data-play]")
	if b.Has("[data-play]") {
		b.t.Fatalf("taking the part of %s leads nowhere", word)
	}
}
