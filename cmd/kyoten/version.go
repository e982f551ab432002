package main

import (
	"runtime"
	"runtime/debug"
)

// versionCmd says which program this is, for a report of a problem.
type versionCmd struct{}

func (versionCmd) Run(o output) error {
	version, revision, changed := "unknown", "", ""
	if b, ok := debug.ReadBuildInfo(); ok {
		version = b.Main.Version
		for _, s := range b.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = " " + s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = " (changed)"
			}
		}
	}
	print(o.Out, "kyoten "+version+revision+changed+" "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH)
	return nil
}
