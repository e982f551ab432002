-- +goose Up

-- When a person looked at the day's work last. What changed "since then" counts
-- from before_at: the look before this one, so that reloading loses nothing.
create table desk_visit (
  user_id      text primary key,
  seen_at      integer not null,
  before_at    integer not null,
  refreshed_at integer not null default 0 -- of desk_candidate for this person
) strict;

-- What matching proposes for a person's own records. Derived, found again in the
-- background; whether he may see a pair is asked when it is shown.
create table desk_candidate (
  user_id   text    not null,
  side      text    not null, -- need or seed: of which kind record_id is
  record_id text    not null,
  other_id  text    not null,
  place     integer not null, -- rank of the candidate, from 1
  primary key (user_id, record_id, other_id)
) strict;

-- Lines that a person has put off until a day.
create table desk_later (
  user_id   text not null,
  kind      text not null,
  record_id text not null,
  until_on  text not null, -- hidden before this day
  primary key (user_id, kind, record_id)
) strict;

-- +goose Down
drop table desk_later;
drop table desk_candidate;
drop table desk_visit;
