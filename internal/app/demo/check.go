package demo

import (
	"errors"
	"fmt"
)

// check follows every key to its record, so that whoever loads the samples may
// look keys up without asking.
func (s Samples) check() error {
	var errs []error
	known := map[string]bool{}
	add := func(key string) {
		if key == "" || known[key] {
			errs = append(errs, fmt.Errorf("key %q is empty or used twice", key))
		}
		known[key] = true
	}
	for _, a := range s.Areas {
		add("area:" + a.Key)
	}
	for _, f := range s.Fields {
		add("field:" + f.Key)
	}
	for _, o := range s.Organisations {
		add(o.Key)
	}
	for _, p := range s.People {
		add(p.Key)
	}
	for _, d := range s.Seeds {
		add(d.Key)
	}
	for _, n := range s.Needs {
		add(n.Key)
	}
	for _, a := range s.Activities {
		add(a.Key)
	}
	for _, p := range s.Projects {
		add(p.Key)
	}

	want := func(from string, keys ...string) {
		for _, k := range keys {
			if !known[k] {
				errs = append(errs, fmt.Errorf("%s names %q, which is not there", from, k))
			}
		}
	}
	fields := func(from string, keys []string) {
		for _, k := range keys {
			want(from, "field:"+k)
		}
	}
	for _, a := range s.Areas {
		want(a.Key, a.Support)
	}
	for _, p := range s.Projects {
		want(p.Key, "area:"+p.Area, p.Coordinator)
		if p.From != "" {
			want(p.Key, p.From)
		}
		for _, q := range p.Partners {
			want(p.Key, q.Organisation)
		}
	}
	for _, m := range s.Memberships {
		want("membership of "+m.Organisation, "area:"+m.Area, m.Organisation)
	}
	for _, p := range s.People {
		if p.Area != "" {
			want(p.Key, "area:"+p.Area, p.Organisation)
		}
	}
	for _, d := range s.Seeds {
		want(d.Key, "area:"+d.Area, d.Organisation, d.Coordinator)
		want(d.Key, d.Researchers...)
		fields(d.Key, d.Fields)
	}
	for _, n := range s.Needs {
		want(n.Key, "area:"+n.Area, n.Organisation, n.Coordinator)
		if n.Asker != "" {
			want(n.Key, n.Asker)
		}
		fields(n.Key, n.Fields)
	}
	for _, a := range s.Activities {
		want(a.Key, "area:"+a.Area, a.By)
		for _, keys := range [][]string{a.Seeds, a.Needs, a.Organisations, a.People} {
			want(a.Key, keys...)
		}
		if a.Owner != "" {
			want(a.Key, a.Owner)
		}
	}
	for _, a := range s.Answers {
		want("answer for "+a.Need, a.Need)
		for _, g := range a.Seeds {
			want("answer for "+a.Need, g.Seed)
		}
	}
	return errors.Join(errs...)
}
