package app

import (
	"context"
	"net/http"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
)

// serverName stands in the Server header of every answer, so that a second
// start and doctor know Kyoten from another program on the same address.
const serverName = "kyoten"

func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", serverName)
		next.ServeHTTP(w, r)
	})
}

// healthz says that the process is alive; it looks at nothing else, so that a
// slow database does not get the process killed.
func (a *App) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says whether requests can be served now: the database answers.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := a.DB.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var one int
		return tx.QueryRow(ctx, "select 1").Scan(&one)
	})
	if err != nil {
		a.Log.ErrorContext(ctx, "not ready", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}
