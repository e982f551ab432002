package access

import (
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Condition is the set of records with which an actor may do an action, ready
// to become part of a WHERE clause.
type Condition struct {
	actor  hub.Actor
	action Action
}

// Scope gives the records with which the actor may do action: the same that Can
// allows one by one.
func Scope(a hub.Actor, action Action) Condition { return Condition{a, action} }

// SQL writes the condition for a table known as t in the statement, which has
// the columns named at Resource. Grants count when they are in force at the
// time given in UTC milliseconds. add keeps a value and gives its placeholder.
func (c Condition) SQL(t string, at int64, add func(any) string) string {
	if c.actor.Kind == hub.System {
		if c.action == Export {
			return "1=0"
		}
		return "1=1"
	}
	see := c.layer(t, "scope", allowed[See], at, add)
	switch c.action {
	case See:
		return see
	case SeeName:
		return "(" + see + " and " + c.layer(t, "name_scope", layer, at, add) + ")"
	case SeeDetail:
		return "(" + see + " and " + c.layer(t, "detail_scope", layer, at, add) + ")"
	default:
		return "(" + see + " and " + c.layer(t, "scope", allowed[c.action], at, add) + ")"
	}
}

// layer gives one disjunct per relation that the actor can have at all, with
// the scopes for which that relation is enough.
func (c Condition) layer(t, column string, rule map[hub.Scope]relation, at int64, add func(any) string) string {
	var or []string
	scopes := func(rel relation) string {
		var list []string
		for _, s := range hub.Scopes {
			if rule[s]&rel != 0 && (s != hub.Sealed || !c.actor.Borrowed()) {
				list = append(list, "'"+string(s)+"'")
			}
		}
		if list == nil {
			return ""
		}
		return t + "." + column + " in (" + strings.Join(list, ",") + ")"
	}
	when := func(rel relation, ids []hub.ID, test func(in string) string) {
		s := scopes(rel)
		if s == "" {
			return // a value without a place would be an error
		}
		if in := list(ids, add); in != "" {
			or = append(or, "("+s+" and "+test(in)+")")
		}
	}
	is := func(name string) func(string) string {
		return func(in string) string { return t + "." + name + in }
	}
	if s := scopes(everyone); s != "" {
		or = append(or, s)
	}
	a := c.actor
	var orgs, desks []hub.ID
	for _, x := range a.Affiliations {
		orgs = append(orgs, x.Organisation)
		if x.Desk {
			desks = append(desks, x.Organisation)
		}
	}
	when(member, a.Areas(func(r hub.Role) bool { return r.Staff() || r.Member() }), is("area_id"))
	when(staff, a.Areas(hub.Role.Staff), is("area_id"))
	when(institution, orgs, is("organisation_id"))
	when(desk, desks, is("organisation_id"))
	when(owner, a.Persons, is("owner_id"))
	when(coordinator, a.Persons, is("coordinator_id"))
	when(named, a.Persons, func(in string) string {
		now := add(at)
		return "exists (select 1 from access_grant g where g.record_id = " + t + ".id and g.person_id" + in +
			" and g.valid_from <= " + now + " and (g.valid_until = 0 or g.valid_until > " + now + "))"
	})
	if a.Kind == hub.LinkHolder {
		when(linked, []hub.ID{a.Link.Record}, is("id"))
	}
	if or == nil {
		return "1=0"
	}
	return "(" + strings.Join(or, " or ") + ")"
}

func list(ids []hub.ID, add func(any) string) string {
	var places []string
	for _, id := range ids {
		if id != "" {
			places = append(places, add(string(id)))
		}
	}
	if places == nil {
		return ""
	}
	return " in (" + strings.Join(places, ",") + ")"
}
