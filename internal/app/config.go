// Package app puts the house together: it reads the configuration, opens the
// database, constructs every room's service in order, starts what runs in the
// background, serves, and stops all of it in reverse. It is the only place that
// knows all rooms; it must hold no rule of the domain and no text for people.
package app

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/notify"
)

// Storage says where the hub's records are kept. The command line reads it, and
// the other parts of Config, from flags and KYOTEN_* variables; the tag help
// names a sentence in the i18n catalogue.
type Storage struct {
	Database string `help:"cli.flag.database" placeholder:"FILE|URL"`
}

// Logging says how the server's log is written: text for a person, json for a
// collector. Level is debug, info, warn or error.
type Logging struct {
	LogFormat string `help:"cli.flag.log_format" enum:"text,json" default:"text"`
	LogLevel  string `help:"cli.flag.log_level" enum:"debug,info,warn,error" default:"info"`
}

// Letters says how mail leaves. Without SMTPHost none does.
type Letters struct {
	SMTPHost     string `name:"smtp-host" help:"cli.flag.smtp_host" placeholder:"HOST"`
	SMTPPort     int    `name:"smtp-port" help:"cli.flag.smtp_port" placeholder:"PORT"`
	SMTPUser     string `name:"smtp-user" help:"cli.flag.smtp_user" placeholder:"NAME"`
	SMTPPassword string `name:"smtp-password" help:"cli.flag.smtp_password" placeholder:"TEXT"`
	SMTPTLS      string `name:"smtp-tls" help:"cli.flag.smtp_tls" enum:"mandatory,opportunistic,implicit,none" default:"mandatory"`
	SMTPFrom     string `name:"smtp-from" help:"cli.flag.smtp_from" placeholder:"ADDRESS"`
}

// sender gives what hands letters to the mail server; nil when there is none.
func (l Letters) sender() (notify.Sender, error) {
	return notify.SMTP{
		Host: l.SMTPHost, Port: l.SMTPPort, User: l.SMTPUser, Password: l.SMTPPassword, TLS: l.SMTPTLS, From: l.SMTPFrom,
	}.Open()
}

// Config is everything an operator can set for a server. The zero value does
// not serve: Listen and Database must be filled, which the command line does.
type Config struct {
	Storage
	Logging
	Backups
	Letters
	Listen    string `help:"cli.flag.listen" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL string `help:"cli.flag.public_url" placeholder:"URL"`
}

// DefaultDatabase is the data file in the user's own data folder.
func DefaultDatabase() string { return filepath.Join(dataFolder(), "kyoten.db") }

// dataFolder is where the operating system wants programs to keep a user's
// data; the working folder when it names none.
func dataFolder() string {
	home, _ := os.UserHomeDir()
	var base string
	switch runtime.GOOS {
	case "windows":
		base = os.Getenv("LOCALAPPDATA")
	case "darwin":
		if home != "" {
			base = filepath.Join(home, "Library", "Application Support")
		}
	default:
		base = os.Getenv("XDG_DATA_HOME")
		if base == "" && home != "" {
			base = filepath.Join(home, ".local", "share")
		}
	}
	return filepath.Join(base, "kyoten")
}

// fill puts the default in place of an empty database.
func (s *Storage) fill() {
	if s.Database == "" {
		s.Database = DefaultDatabase()
	}
}

// isFile reports whether the database is an SQLite file rather than a server.
func (s Storage) isFile() bool {
	return !strings.HasPrefix(s.Database, "postgres://") && !strings.HasPrefix(s.Database, "postgresql://")
}

// index is where the snapshot of the search index lies: beside a data file, or
// in the user's data folder under the name of the server's database.
func (s Storage) index() string {
	if s.isFile() {
		return s.Place() + ".index"
	}
	sum := sha256.Sum256([]byte(s.Place()))
	return filepath.Join(dataFolder(), "index-"+hex.EncodeToString(sum[:6]))
}

// Place names the database without its password, for logs and messages.
func (s Storage) Place() string {
	if s.isFile() {
		path, _, _ := strings.Cut(s.Database, "?")
		return path
	}
	return redactURL(s.Database)
}
