-- +goose Up

-- What people decided about a need and a seed standing together. Lines are
-- added, never changed but for being taken back; the newest that is not taken
-- back counts.
create table decision (
  id        text    primary key,
  area_id   text    not null, -- of the need
  need_id   text    not null,
  seed_id   text    not null,
  verdict   text    not null, -- candidate, later, no
  reason    text    not null default '',
  note      text    not null default '',
  user_id   text    not null,
  user_name text    not null,
  at        integer not null,
  undone    integer not null default 0,
  undone_by text    not null default '',
  rank      integer not null default 0, -- where the pair stood when decided; 0 = not proposed
  score     real    not null default 0,
  sketch    text    not null default '' -- of both texts, to notice a substantial change
) strict;
create index decision_need on decision (need_id, at);
create index decision_seed on decision (seed_id, at);
create index decision_area on decision (area_id, at);

-- Which candidates a person has been shown, so that new ones can be marked.
create table shown (
  user_id   text    not null,
  record_id text    not null, -- the need or seed whose candidates were shown
  other_id  text    not null,
  at        integer not null,
  primary key (user_id, record_id, other_id)
) strict;

-- +goose Down
drop table shown;
drop table decision;
