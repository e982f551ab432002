-- +goose Up

-- What a person keeps of how a list was asked for: the address's parameters
-- under a name. Shared ones are for the staff of an area.
create table list_view (
  id      text    primary key,
  user_id text    not null,
  area_id text    not null default '', -- whose staff see it; '' = its owner alone
  section text    not null,            -- seeds, needs, organisations, people
  name    text    not null,
  query   text    not null,            -- as in an address, encoded
  updated integer not null
) strict;
create index list_view_user on list_view (user_id, section);
create index list_view_area on list_view (area_id, section) where area_id <> '';

-- The view with which a list opens for a person.
create table list_default (
  user_id text not null,
  section text not null,
  view_id text not null references list_view (id) on delete cascade,
  primary key (user_id, section)
) strict;

-- One change to many seeds or needs, and what each had before, to take it back.
create table bulk_change (
  id      text    primary key,
  kind    text    not null, -- seed or need
  user_id text    not null,
  at      integer not null,
  undone  integer not null default 0 -- moment; 0 = stands
) strict;

create table bulk_item (
  bulk_id   text    not null references bulk_change (id),
  record_id text    not null,
  version   integer not null, -- the one that the change made
  before    text    not null, -- JSON
  primary key (bulk_id, record_id)
) strict;

-- +goose Down
drop table bulk_item;
drop table bulk_change;
drop table list_default;
drop table list_view;
