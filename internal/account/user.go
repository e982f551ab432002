package account

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// User is an account.
type User struct {
	ID       hub.ID    `json:"id"`
	Mail     string    `json:"mail"`
	Name     string    `json:"name"`
	Language hub.Lang  `json:"language,omitempty"` // "" = as the browser asks
	Disabled bool      `json:"disabled,omitempty"`
	Sample   bool      `json:"sample,omitempty"` // made for the demo; may be entered without a password there
	Created  time.Time `json:"created"`

	HasPassword bool `json:"-"`
}

// NewUser is what an account is made of. Password may be empty: then nobody can
// sign in until one is set.
type NewUser struct {
	Mail     string
	Name     string
	Language hub.Lang
	Password string
	Sample   bool
}

// CreateUser makes an account without any role. Administrators and those who
// give an area's roles may. It hashes, so it must not be called inside a
// db.Write unless Password is empty. A mail that is taken is a Conflict.
func (s *Service) CreateUser(ctx context.Context, a hub.Actor, n NewUser) (User, error) {
	if !mayAll(a) && len(grantedAreas(a)) == 0 {
		return User{}, forbidden()
	}
	if n.Sample && a.Kind != hub.System {
		return User{}, forbidden()
	}
	u, hash, err := s.prepare(n)
	if err != nil {
		return User{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return s.insertUser(ctx, tx, a, u, hash) })
	return u, err
}

// CreateMember makes an account with a first role in an area, both or neither.
// It takes who may give the role. It hashes: not inside a db.Write.
func (s *Service) CreateMember(ctx context.Context, a hub.Actor, n NewUser, role hub.Role, area hub.ID, from, until hub.Date) (User, error) {
	if !areaRole(role) || !mayGrant(a, area) || n.Sample && a.Kind != hub.System {
		return User{}, forbidden()
	}
	u, hash, err := s.prepare(n)
	if err != nil {
		return User{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := s.insertUser(ctx, tx, a, u, hash); err != nil {
			return err
		}
		_, err := s.Grant(ctx, a, u.ID, role, area, from, until)
		return err
	})
	return u, err
}

// prepare checks a new account and hashes its password.
func (s *Service) prepare(n NewUser) (u User, hash string, err error) {
	u = User{
		ID: hub.NewID(), Mail: cleanMail(n.Mail), Name: strings.TrimSpace(n.Name), Language: n.Language,
		Sample: n.Sample, Created: s.now(), HasPassword: n.Password != "",
	}
	var p hub.Problems
	if !validMail(u.Mail) {
		p.Add("mail", "error.email")
	}
	checkProfile(&p, u.Name, u.Language)
	if n.Password != "" {
		checkPassword(&p, "password", n.Password, u.Mail, u.Name)
	}
	if err := p.Err(); err != nil {
		return User{}, "", err
	}
	if n.Password != "" {
		hash = s.hash(n.Password)
	}
	return u, hash, nil
}

func (s *Service) insertUser(ctx context.Context, tx db.Tx, a hub.Actor, u User, hash string) error {
	_, err := tx.Exec(ctx, `insert into user_account (id, mail, mail_key, name, sort_key, language, password, disabled, sample, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $9)`,
		u.ID, u.Mail, mailKey(u.Mail), u.Name, japanese.SortKey(u.Name), u.Language, hash, flag(u.Sample), db.Millis(u.Created))
	if errors.Is(err, db.ErrConflict) {
		return &hub.Error{Kind: hub.Conflict, Key: "error.mail_taken", Err: err, Fields: []hub.FieldError{{Field: "mail", Key: "error.mail_taken"}}}
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, a, audit.Create, KindUser, u.ID, "", u)
}

// firstAdministrator is the setting that a first administrator leaves, so that
// two cannot be made at once.
const firstAdministrator = "account.first_administrator"

// NeedsAdministrator reports whether nobody has ever administered this
// installation, so that CreateFirstAdministrator would succeed.
func (s *Service) NeedsAdministrator(ctx context.Context) (need bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from setting where key = $1", firstAdministrator))
		need = n == 0
		return err
	})
	return need, err
}

// CreateFirstAdministrator makes the account that can make all others. It works
// once in the life of an installation; afterwards it is a Conflict. The caller
// has made sure that whoever asks owns the machine.
func (s *Service) CreateFirstAdministrator(ctx context.Context, n NewUser) (User, error) {
	u, _, err := s.begin(ctx, n, nil)
	return u, err
}

// SetUp makes a first area and its first administrator at once, who also works
// in the area's office. It works once, as CreateFirstAdministrator does.
func (s *Service) SetUp(ctx context.Context, n NewUser, area Area) (User, Area, error) {
	if area.State == "" {
		area.State = Running
	}
	return s.begin(ctx, n, &area)
}

// begin makes the first administrator, and an area when one is given.
func (s *Service) begin(ctx context.Context, n NewUser, area *Area) (u User, made Area, err error) {
	if need, err := s.NeedsAdministrator(ctx); err != nil || !need {
		return u, made, errors.Join(err, hub.Errorf(hub.Conflict, "error.administrator_exists"))
	}
	n.Sample = false
	u, hash, err := s.prepare(n)
	var p hub.Problems
	if e, ok := errors.AsType[*hub.Error](err); ok {
		p = e.Fields
	}
	if n.Password == "" {
		checkPassword(&p, "password", "", n.Mail, n.Name)
	}
	if area != nil {
		if e, ok := errors.AsType[*hub.Error](checkArea(*area)); ok {
			for _, f := range e.Fields {
				p.Add("area_"+f.Field, f.Key)
			}
		}
	}
	if problems := p.Err(); problems != nil {
		return User{}, made, problems
	}
	if err != nil {
		return User{}, made, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "insert into setting (key, value) values ($1, $2)", firstAdministrator, string(u.ID)); err != nil {
			if errors.Is(err, db.ErrConflict) {
				return hub.Errorf(hub.Conflict, "error.administrator_exists")
			}
			return err
		}
		if err := s.insertUser(ctx, tx, hub.SystemActor, u, hash); err != nil {
			return err
		}
		if _, err := s.Grant(ctx, hub.SystemActor, u.ID, hub.Administrator, "", "", ""); err != nil || area == nil {
			return err
		}
		var err error
		if made, err = s.CreateArea(ctx, hub.SystemActor, *area); err != nil {
			return err
		}
		_, err = s.Grant(ctx, hub.SystemActor, u.ID, hub.Office, made.ID, "", "")
		return err
	})
	return u, made, err
}

// SetPassword gives an account a new password and ends its sessions. For those
// who manage the account; people change their own with ChangePassword. It hashes:
// not inside a db.Write.
func (s *Service) SetPassword(ctx context.Context, a hub.Actor, user hub.ID, password string) error {
	u, err := s.managed(ctx, a, user)
	if err != nil {
		return err
	}
	return s.storePassword(ctx, a, u, password, "")
}

// ChangePassword changes the actor's own password, which needs the current one,
// and ends all sessions but the one of token. Wrong guesses are throttled.
func (s *Service) ChangePassword(ctx context.Context, a hub.Actor, current, password, token string) error {
	u, kept, err := s.load(ctx, a.User)
	if err != nil {
		return err
	}
	done, err := s.attempt(ctx, throttleOf("password", string(u.ID), accountFailures))
	if err != nil {
		return err
	}
	if ok, _ := s.verify(current, kept); !ok {
		return (hub.Problems{{Field: "current", Key: "error.password_wrong"}}).Err()
	}
	if err := done(ctx); err != nil {
		return err
	}
	return s.storePassword(ctx, a, u, password, token)
}

func (s *Service) storePassword(ctx context.Context, a hub.Actor, u User, password, keep string) error {
	var p hub.Problems
	checkPassword(&p, "password", password, u.Mail, u.Name)
	if err := p.Err(); err != nil {
		return err
	}
	hash := s.hash(password)
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return s.keepPassword(ctx, tx, a, u.ID, hash, keep) })
}

// keepPassword stores a hash and ends the sessions but that of a token.
func (s *Service) keepPassword(ctx context.Context, tx db.Tx, a hub.Actor, user hub.ID, hash, keep string) error {
	if _, err := tx.Exec(ctx, "update user_account set password = $1, updated_at = $2 where id = $3", hash, db.Millis(s.now()), user); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from user_session where user_id = $1 and token_hash <> $2", user, tokenHash(keep)); err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user})
	return nil
}

// ReviseProfile changes the actor's own name and language.
func (s *Service) ReviseProfile(ctx context.Context, a hub.Actor, name string, lang hub.Lang) error {
	name = strings.TrimSpace(name)
	var p hub.Problems
	if checkProfile(&p, name, lang); p.Err() != nil {
		return p.Err()
	}
	u, _, err := s.load(ctx, a.User)
	if err != nil {
		return err
	}
	u.Name, u.Language = name, lang
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update user_account set name = $1, sort_key = $2, language = $3, updated_at = $4 where id = $5",
			name, japanese.SortKey(name), lang, db.Millis(s.now()), u.ID)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, a, audit.Change, KindUser, u.ID, "", u)
	})
}

// SetDisabled shuts an account, ending its sessions, or opens it again. For those
// who manage it; nobody shuts his own.
func (s *Service) SetDisabled(ctx context.Context, a hub.Actor, user hub.ID, disabled bool) error {
	u, err := s.managed(ctx, a, user)
	if err != nil {
		return err
	}
	if user == a.User {
		return hub.Errorf(hub.Conflict, "error.not_oneself")
	}
	u.Disabled = disabled
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "update user_account set disabled = $1, updated_at = $2 where id = $3", flag(disabled), db.Millis(s.now()), user); err != nil {
			return err
		}
		if disabled {
			roles, err := rolesIn(ctx, tx, "user_id = $1", user)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(roles, func(r Role) bool { return r.Role == hub.Administrator && r.InForce(s.today()) }) {
				if err := s.lastAdministrator(ctx, tx); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, "delete from user_session where user_id = $1", user); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, audit.Grant, KindUser, u.ID, "", u)
	})
}

// UserFilter narrows a list of accounts. The zero filter narrows nothing.
type UserFilter struct {
	Area hub.ID // with a role there, at any time
	Role hub.Role
	Text string // part of the name or mail
}

// Users lists accounts by name: to administrators all, to those who give an
// area's roles the accounts that have or had a role there. next is the cursor of
// the following page, "" at the end.
func (s *Service) Users(ctx context.Context, a hub.Actor, f UserFilter, page hub.Page) (users []User, next string, err error) {
	var args db.Args
	where := []string{"1=1"}
	role := ""
	if f.Role != "" {
		role = " and r.role = " + args.Add(string(f.Role))
	}
	switch {
	case f.Area != "" && !mayGrant(a, f.Area):
		return nil, "", forbidden()
	case f.Area != "":
		where = append(where, "exists (select 1 from user_role r where r.user_id = u.id and r.area_id = "+args.Add(string(f.Area))+role+")")
	case mayAll(a):
		if role != "" {
			where = append(where, "exists (select 1 from user_role r where r.user_id = u.id"+role+")")
		}
	default:
		areas := grantedAreas(a)
		if len(areas) == 0 {
			return nil, "", forbidden()
		}
		where = append(where, "exists (select 1 from user_role r where r.user_id = u.id and "+db.In(&args, "r.area_id", areas)+role+")")
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(t)) + "%"
		p := args.Add(like)
		where = append(where, "(lower(u.name) like "+p+` escape '\' or u.mail_key like `+p+` escape '\')`)
	}
	return s.users(ctx, where, args, page)
}

func (s *Service) users(ctx context.Context, where []string, args db.Args, page hub.Page) (users []User, next string, err error) {
	by := "u.sort_key" + s.db.Dialect().Bytewise()
	if page.After != "" {
		key, id, ok := strings.Cut(page.After, ".")
		if !ok {
			return nil, "", hub.Errorf(hub.Invalid, "error.invalid")
		}
		k, i := args.Add(key), args.Add(id)
		where = append(where, "("+by+" > "+k+" or ("+by+" = "+k+" and u.id > "+i+"))")
	}
	q := selectUser + " where " + strings.Join(where, " and ") + " order by " + by + ", u.id limit " + args.Add(page.Size()+1)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		users, err = db.All(ctx, tx, func(r db.Row) (User, error) {
			u, _, err := scanUser(r)
			return u, err
		}, q, args...)
		return err
	})
	if err == nil && len(users) > page.Size() {
		users = users[:page.Size()]
		last := users[len(users)-1]
		next = japanese.SortKey(last.Name) + "." + string(last.ID)
	}
	return users, next, err
}

// User gives one account: one's own, or one that the actor manages. Others are
// NotFound.
func (s *Service) User(ctx context.Context, a hub.Actor, id hub.ID) (User, error) {
	if id == a.User && id != "" {
		u, _, err := s.load(ctx, id)
		return u, err
	}
	return s.managed(ctx, a, id)
}

// UserByMail finds an account to give it a role, for those who give roles.
func (s *Service) UserByMail(ctx context.Context, a hub.Actor, address string) (u User, err error) {
	if !mayAll(a) && len(grantedAreas(a)) == 0 {
		return User{}, forbidden()
	}
	u, _, err = s.loadBy(ctx, " where u.mail_key = $1", mailKey(cleanMail(address)))
	return u, err
}

// managed gives the account if the actor may administer it: administrators any,
// others one whose every role, past and to come, is of a kind and area that they
// give. Anything else is NotFound, so that nothing is learnt about it.
func (s *Service) managed(ctx context.Context, a hub.Actor, id hub.ID) (User, error) {
	u, _, err := s.load(ctx, id)
	if err != nil || mayAll(a) {
		return u, err
	}
	roles, err := s.rolesOf(ctx, id)
	if err != nil {
		return User{}, err
	}
	ok := len(roles) > 0
	for _, r := range roles {
		ok = ok && mayGrant(a, r.Area) && areaRole(r.Role)
	}
	if !ok {
		return User{}, hub.Errorf(hub.NotFound, "error.user_missing")
	}
	return u, nil
}

const selectUser = "select u.id, u.mail, u.name, u.language, u.disabled, u.sample, u.created_at, u.password from user_account u"

func scanUser(r db.Row) (u User, password string, err error) {
	var disabled, sample int
	var created int64
	err = r.Scan(&u.ID, &u.Mail, &u.Name, &u.Language, &disabled, &sample, &created, &password)
	u.Disabled, u.Sample, u.Created, u.HasPassword = disabled == 1, sample == 1, db.Time(created), password != ""
	return u, password, err
}

func (s *Service) load(ctx context.Context, id hub.ID) (User, string, error) {
	return s.loadBy(ctx, " where u.id = $1", string(id))
}

func (s *Service) loadBy(ctx context.Context, where, arg string) (u User, password string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		u, password, err = scanUser(tx.QueryRow(ctx, selectUser+where, arg))
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return User{}, "", hub.Errorf(hub.NotFound, "error.user_missing")
	}
	return u, password, err
}

// cleanMail brings an address to the form in which it is kept: full-width
// letters, which a Japanese keyboard gives easily, made plain.
func cleanMail(s string) string { return strings.TrimSpace(japanese.Normalise(s)) }

// mailKey is the form in which addresses are compared. The part before the @ may
// differ by case in theory and never does in practice.
func mailKey(s string) string { return strings.ToLower(s) }

func validMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && !strings.ContainsAny(s, "\"\x00 ")
}

func checkProfile(p *hub.Problems, name string, lang hub.Lang) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		p.Add("name", "error.name_missing")
	case n > 100:
		p.Add("name", "error.too_long", "limit", 100, "n", n)
	case strings.ContainsRune(name, 0):
		p.Add("name", "error.nul")
	}
	if lang != "" && lang != hub.JA && lang != hub.EN {
		p.Add("language", "error.choose")
	}
}
