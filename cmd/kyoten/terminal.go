package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// output is where a command writes: its result to Out, all else to Err.
type output struct{ Out, Err io.Writer }

// say writes the sentence of key as a line.
func say(ctx context.Context, w io.Writer, key string, pairs ...any) {
	print(w, i18n.T(ctx, key, pairs...))
}

// print writes a line. A terminal that is gone is no reason to stop.
func print(w io.Writer, line string) { _, _ = fmt.Fprintln(w, line) }

// cause tells why something failed: a sentence where the program has one, else
// the text of the error, which a person at a command line can bear.
func cause(ctx context.Context, err error) string {
	if e, ok := errors.AsType[*hub.Error](err); ok && i18n.Has(e.Key) {
		return i18n.Error(ctx, err)
	}
	return err.Error()
}

// language is the one asked for by --lang or KYOTEN_LANG, else that of the
// locale: a locale that names another language, or none, means English, and no
// locale at all (as on Windows) means Japanese.
func language(args []string, env func(string) string) hub.Lang {
	asked := env("KYOTEN_LANG")
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			asked = v
		} else if a == "--lang" && i+1 < len(args) {
			asked = args[i+1]
		}
	}
	for _, v := range []string{asked, env("LC_ALL"), env("LC_MESSAGES"), env("LANG")} {
		switch {
		case strings.HasPrefix(v, "ja"):
			return hub.JA
		case v != "":
			return hub.EN
		}
	}
	return hub.JA
}

// newParser builds the command line in the language of ctx.
func newParser(ctx context.Context, line *commandLine, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(line,
		kong.Name("kyoten"),
		kong.Description("cli.about"),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.DefaultEnvars("KYOTEN"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(func(o kong.HelpOptions, k *kong.Context) error { return printHelp(ctx, o, k) }),
		kong.PostBuild(func(k *kong.Kong) error { translate(ctx, k.Model.Node); return nil }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(output{stdout, stderr}),
	)
}

// translate puts sentences where the grammar names their keys. A command's
// sentence of the same key with ".more" is its longer explanation.
func translate(ctx context.Context, n *kong.Node) {
	if more := n.Help + ".more"; i18n.Has(more) {
		n.Detail = i18n.T(ctx, more, "roles", roleNames())
	}
	n.Help = i18n.T(ctx, n.Help)
	for _, f := range n.Flags {
		if f.Name == "help" {
			f.Help = "cli.flag.help"
		}
		f.Help = i18n.T(ctx, f.Help)
	}
	for _, p := range n.Positional {
		p.Help = i18n.T(ctx, p.Help)
	}
	for _, c := range n.Children {
		translate(ctx, c)
	}
}

// printHelp prints kong's help with its own few words in the language of ctx.
func printHelp(ctx context.Context, o kong.HelpOptions, k *kong.Context) error {
	w := k.Stdout
	var b bytes.Buffer
	k.Stdout = &b
	err := kong.DefaultHelpPrinter(o, k)
	k.Stdout = w
	words := []string{}
	for _, word := range []string{"usage", "arguments", "flags", "commands"} {
		english := strings.ToUpper(word[:1]) + word[1:] + ":"
		words = append(words, "\n"+english, "\n"+i18n.T(ctx, "cli.help."+word))
	}
	more := `Run "kyoten <command> --help" for more information on a command.`
	words = append(words, more, i18n.T(ctx, "cli.help.more"))
	text := strings.NewReplacer(words...).Replace("\n" + b.String())
	if k.Selected() == nil {
		text += "\n" + i18n.T(ctx, "cli.codes") + "\n"
	}
	_, _ = io.WriteString(w, text[1:])
	return err
}

// progress shows on a terminal how far a long command is, on one line that is
// written over; elsewhere it writes a line every ten seconds.
type progress struct {
	w        io.Writer
	terminal bool
	last     time.Time
	width    int
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show writes line unless the previous one was written just before.
func (p *progress) show(line string) {
	pause := 10 * time.Second
	if p.terminal {
		pause = 100 * time.Millisecond
	}
	if now := time.Now(); now.Sub(p.last) < pause {
		return
	} else {
		p.last = now
	}
	if !p.terminal {
		print(p.w, line)
		return
	}
	_, _ = fmt.Fprintf(p.w, "\r%s%s", line, strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}

// done removes the line from a terminal, so that the outcome stands alone.
func (p *progress) done() {
	if p.terminal && p.width > 0 {
		_, _ = fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
	}
	p.last, p.width = time.Time{}, 0
}
