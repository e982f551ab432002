package app

import (
	"context"
	"fmt"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func (l *loader) loadOrganisations(context.Context) error {
	for _, o := range l.samples.Organisations {
		l.organisations[o.Key] = hub.NewID()
	}
	return nil
}

func (l *loader) loadPeople(ctx context.Context) error {
	for _, p := range l.samples.People {
		l.people[p.Key] = hub.NewID()
		if err := l.loadAccount(ctx, p, l.people[p.Key]); err != nil {
			return fmt.Errorf("sample %s: %w", p.Key, err)
		}
	}
	return nil
}
