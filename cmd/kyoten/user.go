package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// userCmd tends the accounts of the installation. Whoever runs it owns the
// machine and therefore acts as the system.
type userCmd struct {
	Create   userCreateCmd   `cmd:"" help:"cli.user.create"`
	Password userPasswordCmd `cmd:"" help:"cli.user.password"`
	Grant    userGrantCmd    `cmd:"" help:"cli.user.grant"`
	List     userListCmd     `cmd:"" help:"cli.user.list"`
}

// password is how a command is given one.
type password struct {
	Password      string `help:"cli.flag.password" placeholder:"…"`
	PasswordStdin bool   `help:"cli.flag.password_stdin"`
}

// read gives the password, and whether it was made up here because none was
// given: then the person has to be told.
func (p password) read(stdin io.Reader) (word string, madeUp bool, err error) {
	switch {
	case p.PasswordStdin:
		line, err := bufio.NewReader(stdin).ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			return "", false, &hub.Error{Kind: hub.Invalid, Key: "cli.error.password_input", Err: err}
		}
		return line, false, nil
	case p.Password != "":
		return p.Password, false, nil
	}
	return rand.Text(), true, nil // 130 bits in 26 letters and digits
}

type userCreateCmd struct {
	app.Storage `embed:""`
	password    `embed:""`
	place       `embed:""`
	Mail        string `help:"cli.flag.mail" required:""`
	Name        string `help:"cli.flag.user_name" required:""`
	Role        string `help:"cli.flag.role"`
}

func (c *userCreateCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		role, where, err := c.role(ctx, a, c.Role)
		if err != nil {
			return err
		}
		word, madeUp, err := c.read(os.Stdin)
		if err != nil {
			return err
		}
		first, err := a.Account.NeedsAdministrator(ctx)
		if err != nil {
			return err
		}
		made, key := account.User{}, "cli.user.created"
		fresh := account.NewUser{Mail: c.Mail, Name: c.Name, Password: word}
		if first {
			made, err = a.Account.CreateFirstAdministrator(ctx, fresh)
			key = "cli.user.administrator"
		} else {
			made, err = a.Account.CreateUser(ctx, hub.SystemActor, fresh)
		}
		if err != nil {
			return err
		}
		say(ctx, o.Out, key, "mail", made.Mail)
		if madeUp {
			say(ctx, o.Out, "cli.user.generated", "password", word)
		}
		if role == "" || first && role == hub.Administrator {
			return nil
		}
		return grant(ctx, a, o, made, role, where, "", "")
	})
}

type userPasswordCmd struct {
	app.Storage `embed:""`
	password    `embed:""`
	Mail        string `help:"cli.flag.mail" required:""`
}

func (c *userPasswordCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		user, err := a.Account.UserByMail(ctx, hub.SystemActor, c.Mail)
		if err != nil {
			return err
		}
		word, madeUp, err := c.read(os.Stdin)
		if err != nil {
			return err
		}
		if err := a.Account.SetPassword(ctx, hub.SystemActor, user.ID, word); err != nil {
			return err
		}
		say(ctx, o.Out, "cli.user.password_set", "mail", user.Mail)
		if madeUp {
			say(ctx, o.Out, "cli.user.generated", "password", word)
		}
		return nil
	})
}

type userGrantCmd struct {
	app.Storage `embed:""`
	place       `embed:""`
	Mail        string `help:"cli.flag.mail" required:""`
	Role        string `help:"cli.flag.role" required:""`
	From        string `help:"cli.flag.role_from" placeholder:"DATE"`
	Until       string `help:"cli.flag.role_until" placeholder:"DATE"`
}

func (c *userGrantCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		role, where, err := c.role(ctx, a, c.Role)
		if err != nil {
			return err
		}
		user, err := a.Account.UserByMail(ctx, hub.SystemActor, c.Mail)
		if err != nil {
			return err
		}
		return grant(ctx, a, o, user, role, where, hub.Date(c.From), hub.Date(c.Until))
	})
}

func grant(ctx context.Context, a *app.App, o output, user account.User, role hub.Role, where hub.ID, from, until hub.Date) error {
	if _, err := a.Account.Grant(ctx, hub.SystemActor, user.ID, role, where, from, until); err != nil {
		return err
	}
	say(ctx, o.Out, "cli.user.granted", "mail", user.Mail, "role", i18n.T(ctx, "role."+string(role)))
	return nil
}

// place is where a role is held.
type place struct {
	Area      string `help:"cli.flag.area" placeholder:"SLUG"`
	Programme string `help:"cli.flag.programme" placeholder:"SLUG"`
}

// role reads a role's name and finds where it is held. An empty name is no role.
// Whether role and place fit together is the account's rule.
func (p place) role(ctx context.Context, a *app.App, name string) (role hub.Role, where hub.ID, err error) {
	if name != "" && !slices.Contains(hub.Roles, hub.Role(name)) {
		return "", "", hub.Errorf(hub.Invalid, "cli.error.role", "role", name, "roles", roleNames())
	}
	switch {
	case p.Area != "":
		where, err = areaOf(ctx, a, p.Area)
	case p.Programme != "":
		where, err = programmeOf(ctx, a, p.Programme)
	}
	return hub.Role(name), where, err
}

func roleNames() string {
	names := make([]string, len(hub.Roles))
	for i, r := range hub.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

type userListCmd struct {
	app.Storage `embed:""`
	Area        string `help:"cli.flag.area" placeholder:"SLUG"`
}

func (c *userListCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		var f account.UserFilter
		if c.Area != "" {
			area, err := areaOf(ctx, a, c.Area)
			if err != nil {
				return err
			}
			f.Area = area
		}
		slugs, err := areaSlugs(ctx, a)
		if err != nil {
			return err
		}
		listed := 0
		for page := (hub.Page{Limit: hub.MaxLimit}); ; {
			users, next, err := a.Account.Users(ctx, hub.SystemActor, f, page)
			if err != nil {
				return err
			}
			for _, u := range users {
				roles, err := rolesOf(ctx, a, u.ID, slugs)
				if err != nil {
					return err
				}
				print(o.Out, fmt.Sprintf("%s\t%s\t%s", u.Mail, u.Name, roles))
			}
			listed += len(users)
			if next == "" {
				break
			}
			page.After = next
		}
		if listed == 0 {
			say(ctx, o.Err, "cli.user.none")
		}
		return nil
	})
}

func areaSlugs(ctx context.Context, a *app.App) (map[hub.ID]string, error) {
	areas, err := a.Account.Areas(ctx)
	slugs := map[hub.ID]string{}
	for _, area := range areas {
		slugs[area.ID] = area.Slug
	}
	return slugs, err
}

// rolesOf writes the roles in force today: "coordinator@north administrator".
func rolesOf(ctx context.Context, a *app.App, user hub.ID, slugs map[hub.ID]string) (string, error) {
	roles, err := a.Account.Roles(ctx, hub.SystemActor, user)
	var words []string
	for _, r := range roles {
		if !r.InForce(hub.DateOf(a.Clock.Now())) {
			continue
		}
		word := string(r.Role)
		if slug := slugs[r.Area]; slug != "" {
			word += "@" + slug
		}
		words = append(words, word)
	}
	return strings.Join(words, " "), err
}
