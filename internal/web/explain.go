package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// explain answers a request that failed: a page that says what happened and
// what to do, or, for a part of a page, one line among its messages. What the
// cause was stands in the log, under the request's number.
func (s *site) explain(w http.ResponseWriter, r *http.Request, err error) {
	if _, left := errors.AsType[gone](err); left || errors.Is(r.Context().Err(), context.Canceled) {
		return
	}
	status := statusOf(err)
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
		err = tooLarge(big.Limit, err)
	} else if errors.Is(err, context.DeadlineExceeded) {
		status = http.StatusServiceUnavailable
		err = &hub.Error{Kind: hub.Unavailable, Key: "error.unavailable", Err: err}
	}
	o, ok := observed(r.Context())
	if status >= http.StatusInternalServerError {
		path := r.URL.Path
		if ok {
			path = o.path(r)
		}
		s.Log.ErrorContext(r.Context(), "request failed", "id", hub.RequestOf(r.Context()), "path", path, "err", err)
	}
	if ok && o.wrote {
		return // too late for an explanation; the log has it
	}
	// The time for the page is up, not the time to say so.
	r = r.WithContext(context.WithoutCancel(r.Context()))
	sentence := i18n.Error(r.Context(), err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	component := ui.ErrorPage(i18n.T(r.Context(), "error.title_"+strconv.Itoa(title(status))), sentence, requestShown(r, status))
	if Partial(r) {
		w.Header().Set("HX-Retarget", "#messages")
		w.Header().Set("HX-Reswap", "innerHTML")
		component = ui.Notice(ui.Message{Tone: ui.Bad, Text: sentence})
	}
	if err := Render(w, r, status, component); err != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "id", hub.RequestOf(r.Context()), "err", err)
	}
}

// title gives the status whose title the catalogue has.
func title(status int) int {
	switch status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusServiceUnavailable:
		return status
	case http.StatusInternalServerError:
		return status
	}
	return http.StatusUnprocessableEntity
}

// requestShown gives the number to tell the office, where there is something to
// tell.
func requestShown(r *http.Request, status int) string {
	if status < http.StatusInternalServerError {
		return ""
	}
	return hub.RequestOf(r.Context())
}

func tooLarge(limit int64, cause error) error {
	size := strconv.FormatInt(limit>>10, 10) + " KiB"
	if limit >= 1<<20 {
		size = strconv.FormatInt(limit>>20, 10) + " MiB"
	}
	return &hub.Error{Kind: hub.Invalid, Key: "error.too_large", Args: hub.Args("limit", size), Err: cause}
}
