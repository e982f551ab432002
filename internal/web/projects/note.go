package projects

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// addTask answers POST /projects/{id}/tasks.
func (p *Pages) addTask(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	t := project.Task{What: f.Text("what"), Due: f.Date("due"), Owner: hub.ID(f.Get("task_owner"))}
	if err := f.Err(); err != nil {
		return err
	}
	v, err := p.Projects.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if t.Owner != "" && t.Owner != a.User {
		staff, err := p.staffOptions(ctx, a, v.Entry.Area)
		if err != nil {
			return err
		}
		if _, ok := chosen(staff, string(t.Owner)); !ok {
			return hub.Errorf(hub.Invalid, "error.choose")
		}
	}
	if _, err := p.Projects.AddTask(ctx, a, id, t); err != nil {
		return flat(err)
	}
	return web.RedirectWith(w, r, href(id)+"#tasks", "projects.task_added")
}

// addLevel answers POST /projects/{id}/levels: one more judgement of readiness,
// with its day and ground.
func (p *Pages) addLevel(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	l := project.Level{Scale: f.Get("scale"), Level: int(f.Int("level")), Date: f.Date("date"), Ground: f.Text("ground")}
	if l.Date == "" {
		l.Date = p.Today()
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = p.Projects.Revise(r.Context(), web.ActorOf(r.Context()), id, version, func(x *project.Project) error {
		x.Levels = append(x.Levels, l)
		return nil
	})
	if err != nil {
		return flat(err)
	}
	return web.RedirectWith(w, r, href(id)+"#levels", "record.saved")
}

// flat gives the first problem of a form that has no page of its own.
func flat(err error) error {
	if e, ok := errors.AsType[*hub.Error](err); ok && len(e.Fields) > 0 {
		return &hub.Error{Kind: e.Kind, Key: e.Fields[0].Key, Args: e.Fields[0].Args}
	}
	return err
}
