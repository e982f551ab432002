// Command kyoten runs and tends a co-creation hub. One file per command; what
// the commands do stands in internal/app and the rooms above it.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// commandLine is the whole of it. The tag help names a sentence of the i18n
// catalogue (cli.tsv). Every flag can also be given as KYOTEN_ and its name.
type commandLine struct {
	Lang string `help:"cli.flag.lang" enum:"ja,en," default:"" placeholder:"ja|en"`

	Start   startCmd   `cmd:"" default:"withargs" hidden:"" help:"cli.start"`
	Serve   serveCmd   `cmd:"" help:"cli.serve"`
	Demo    demoCmd    `cmd:"" help:"cli.demo"`
	Area    areaCmd    `cmd:"" help:"cli.area"`
	User    userCmd    `cmd:"" help:"cli.user"`
	Import  importCmd  `cmd:"" help:"cli.import"`
	Backup  backupCmd  `cmd:"" help:"cli.backup"`
	Restore restoreCmd `cmd:"" help:"cli.restore"`
	Export  exportCmd  `cmd:"" help:"cli.export"`
	Match   matchCmd   `cmd:"" help:"cli.match"`
	Eval    evalCmd    `cmd:"" help:"cli.eval"`
	Migrate migrateCmd `cmd:"" help:"cli.migrate"`
	Doctor  doctorCmd  `cmd:"" help:"cli.doctor"`
	Version versionCmd `cmd:"" help:"cli.version"`
}

// The exit codes. cli.codes in the catalogue tells them to people, and
// docs/operating.md to operators.
const (
	exitFailure     = 1 // something went wrong that is none of the others
	exitUsage       = 2 // the command line cannot be understood
	exitNotFound    = 3 // what was named does not exist
	exitRefused     = 4 // a rule forbids it: a wrong value, a conflict, no permission
	exitUnavailable = 5 // the database or the address cannot be used
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	cancel()
	os.Exit(code)
}

// run is the program without the process around it; tests call it.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	ctx = i18n.With(ctx, language(args, env))
	var line commandLine
	parser, err := newParser(ctx, &line, stdout, stderr)
	if err != nil {
		say(ctx, stderr, "cli.error.internal", "cause", err.Error())
		return exitFailure
	}
	parsed, err := parse(parser, args)
	if exit, ok := errors.AsType[exited](err); ok {
		return int(exit)
	}
	if err != nil {
		say(ctx, stderr, "cli.error.usage", "cause", err.Error())
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		return explain(ctx, stderr, err)
	}
	return 0
}

// explain tells a person what went wrong and gives the exit code for it.
func explain(ctx context.Context, w io.Writer, err error) int {
	if exit, ok := errors.AsType[exited](err); ok {
		return int(exit) // the command has said it all
	}
	if errors.Is(err, context.Canceled) {
		say(ctx, w, "cli.interrupted")
		return exitFailure
	}
	e, known := errors.AsType[*hub.Error](err)
	if !known || e.Kind == hub.Internal {
		say(ctx, w, "cli.error.internal", "cause", cause(ctx, err))
		return exitFailure
	}
	print(w, i18n.Error(ctx, err))
	for _, f := range e.Fields {
		if f.Key == e.Key {
			continue // said already
		}
		print(w, "  "+f.Field+": "+i18n.Field(ctx, f))
	}
	switch e.Kind {
	case hub.NotFound, hub.Gone:
		return exitNotFound
	case hub.Unavailable:
		return exitUnavailable
	}
	return exitRefused
}

// exited is the error of a command that has printed its outcome and only wants
// the code.
type exited int

func (exited) Error() string { return "exit" }

// parse keeps kong from ending the process: after --help it panics through its
// Exit function with the code, which arrives here as an error.
func parse(parser *kong.Kong, args []string) (ctx *kong.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(exited)
			if !ok {
				panic(p)
			}
			err = code
		}
	}()
	return parser.Parse(args)
}
