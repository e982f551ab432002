package access

import "github.com/kyoten-hub/kyoten/internal/hub"

// Readers gives the tokens of which an actor needs one to see a layer of scope
// s of record r. They hold for layers whose scope is no wider than the
// record's. A sealed layer has none: it is in no index.
func Readers(r Resource, s hub.Scope) []string {
	var t []string
	add := func(prefix string, id hub.ID) {
		if id != "" {
			t = append(t, prefix+string(id))
		}
	}
	switch s {
	case hub.Public:
		return []string{"*"}
	case hub.Members:
		add("m:", r.Area)
		add("o:", r.Organisation)
	case hub.HubOnly:
		add("h:", r.Area)
		add("o:", r.Organisation)
	case hub.Case:
	default:
		return nil
	}
	add("p:", r.Owner)
	add("p:", r.Coordinator)
	for _, p := range r.Named {
		add("p:", p)
	}
	return t
}

// AnyStaff is held by the hub's own people of any area. Readers never asks for it;
// rooms whose records belong to no area do.
const AnyStaff = "h:*"

// Tokens gives the tokens an actor holds, for comparison with Readers. The
// system's are nil, which an index takes for "everything".
func Tokens(a hub.Actor) []string {
	if a.Kind == hub.System {
		return nil
	}
	t := []string{"*"}
	for _, area := range a.Areas(func(r hub.Role) bool { return r.Staff() || r.Member() }) {
		t = append(t, "m:"+string(area))
	}
	staff := a.Areas(hub.Role.Staff)
	for _, area := range staff {
		t = append(t, "h:"+string(area))
	}
	if len(staff) > 0 {
		t = append(t, AnyStaff)
	}
	for _, x := range a.Affiliations {
		if x.Organisation != "" {
			t = append(t, "o:"+string(x.Organisation))
		}
	}
	for _, p := range a.Persons {
		if p != "" {
			t = append(t, "p:"+string(p))
		}
	}
	return t
}
