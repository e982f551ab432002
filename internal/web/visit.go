package web

import (
	"context"
	"net/http"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// visit is one request on its way through the frame.
type visit struct {
	site   *site
	route  Route
	actor  hub.Actor
	caller Caller
	held   ui.Held // a form to be shown again
	once   sync.Once
	chrome ui.Chrome
}

type (
	visitKey struct{}
	actorKey struct{}
)

// ActorOf gives the party on whose behalf the request is served; the zero
// Actor, a stranger, outside of any request.
func ActorOf(ctx context.Context) hub.Actor {
	if a, ok := ctx.Value(actorKey{}).(hub.Actor); ok {
		return a
	}
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.actor
	}
	return hub.Actor{}
}

// WithActor lets a handler go on as someone else than the request came as: right
// after sign-in, or for the holder of a link.
func WithActor(ctx context.Context, a hub.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// AsOf says through whose eyes the request looks; On is false for one's own.
func AsOf(ctx context.Context) As {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.caller.As
	}
	return As{}
}

// SectionOf gives the section of the route being served.
func SectionOf(ctx context.Context) string {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.route.Section
	}
	return ""
}

// chromeOf builds what stands around the page, once a page is really drawn: a
// redirect or a file pays nothing for it.
func chromeOf(w http.ResponseWriter, r *http.Request) ui.Chrome {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return ui.Chrome{}
	}
	v.once.Do(func() {
		if v.site.Chrome != nil {
			v.chrome = v.site.Chrome(r)
		}
		v.chrome.Path = r.URL.Path
		v.chrome.Query = r.URL.Query()
		if v.chrome.Words == "" && v.chrome.SearchHref == r.URL.Path {
			v.chrome.Words = v.chrome.Query.Get(ui.WordsParam)
		}
		v.chrome.RequestID = hub.RequestOf(r.Context())
		v.chrome.Flash = append(v.chrome.Flash, takeFlash(w, r)...)
	})
	return v.chrome
}
