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
  updated bigint not null
);
create index list_view_user on list_view (user_id, section);
create index list_view_area on list_view (area_id, section) where area_id <> '';

-- The view with which a list opens for a person.
create table list_default (
  user_id text not null,
  section text not null,
  view_id text not null references list_view (id) on delete cascade,
  primary key (user_id, section)
);

-- +goose Down
drop table list_default;
drop table list_view;
