-- +goose Up

-- The committed-order log: audit and change feed in one. Lines are never
-- changed; each carries the hash of the one before it.
create table log (
  seq        integer primary key,
  at         integer not null,
  actor_kind text    not null,
  actor_id   text    not null,
  area_id    text    not null,
  action     text    not null,
  kind       text    not null,
  record_id  text    not null,
  digest     text    not null,
  request    text    not null,
  prev       text    not null,
  hash       text    not null
) strict;
create index log_record on log (record_id, seq);

-- One row: the last line of the log. Locking it is a writer's last step.
create table log_head (
  id   integer primary key check (id = 1),
  seq  integer not null,
  hash text    not null
) strict;
insert into log_head (id, seq, hash) values (1, 0, '');

-- What a record was after each change, as JSON; the newest is what it is now.
create table version (
  kind       text    not null,
  record_id  text    not null,
  n          integer not null,
  at         integer not null,
  actor_id   text    not null,
  actor_name text    not null,
  body       text    not null,
  primary key (kind, record_id, n)
) strict;

-- Persons named for a record (case and sealed scopes).
create table access_grant (
  record_id   text    not null,
  person_id   text    not null,
  reason      text    not null,
  granted_by  text    not null,
  valid_from  integer not null,
  valid_until integer not null, -- 0 = until revoked
  primary key (record_id, person_id, valid_from)
) strict;
create index access_grant_person on access_grant (person_id, record_id);

create table setting (
  key   text primary key,
  value text not null
) strict;

-- +goose Down
drop table setting;
drop table access_grant;
drop table version;
drop table log_head;
drop table log;
