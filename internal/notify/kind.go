package notify

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Digest is the kind of the daily letter. Those for passes are called as their
// purposes.
const Digest = "digest"

// Kind is one kind of letter. Its name n has sentences "letter.n" in the
// catalogue, and "letter.n_help" when readers choose.
type Kind struct {
	Name string
	// Choice lets the reader say whether he wants such letters. Off means that he
	// gets none until he says so. What a person has asked for himself, or must
	// have to get in, is no choice.
	Choice bool
	Off    bool
	// Working drops the letter when its reader has no role any more.
	Working bool
	// Linked letters are nothing without the site's outer address.
	Linked bool
	// Receiver says who gets a letter that is for no account; nil when every
	// letter of the kind is for one. Gone or NotFound drops it.
	Receiver func(ctx context.Context, about string) (account.Standing, error)
	// Render makes the text for its reader as he stands now; the zero Text says
	// that there is nothing to write any more.
	Render func(ctx context.Context, to account.Standing, about string) (Text, error)
}

// Register adds a kind. It is for the time before jobs run.
func (s *Service) Register(k Kind) {
	s.kinds[k.Name] = k
	s.order = append(s.order, k.Name)
}

// Choice is one kind of letter and whether somebody wants it.
type Choice struct {
	Kind   string
	Wanted bool
}

// Choices gives the kinds that the actor can choose, and what he chose.
func (s *Service) Choices(ctx context.Context, a hub.Actor) (out []Choice, err error) {
	for _, name := range s.order {
		if k := s.kinds[name]; k.Choice {
			wanted, err := s.wants(ctx, a.User, k)
			if err != nil {
				return nil, err
			}
			out = append(out, Choice{name, wanted})
		}
	}
	return out, nil
}

// Choose says which of the kinds that can be chosen the actor wants.
func (s *Service) Choose(ctx context.Context, a hub.Actor, wanted map[string]bool) error {
	if a.Kind != hub.User {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, name := range s.order {
			if !s.kinds[name].Choice {
				continue
			}
			n := 0
			if wanted[name] {
				n = 1
			}
			if _, err := tx.Exec(ctx, `insert into mail_choice (user_id, kind, wanted) values ($1, $2, $3)
				on conflict (user_id, kind) do update set wanted = excluded.wanted`, string(a.User), name, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) wants(ctx context.Context, user hub.ID, k Kind) (wanted bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, db.Scalar[int], "select wanted from mail_choice where user_id = $1 and kind = $2", string(user), k.Name)
		if wanted = !k.Off; len(all) == 1 {
			wanted = all[0] == 1
		}
		return err
	})
	return wanted, err
}

// language is that of a person's letters: what he chose for them, else his
// account's, else Japanese.
func (s *Service) language(ctx context.Context, to account.Standing) (hub.Lang, error) {
	lang := to.User.Language
	if to.User.ID != "" {
		p, err := s.Preference(ctx, to.Actor)
		if err != nil {
			return "", err
		}
		if p.Language != "" {
			lang = p.Language
		}
	}
	if lang == "" {
		lang = hub.JA
	}
	return lang, nil
}
