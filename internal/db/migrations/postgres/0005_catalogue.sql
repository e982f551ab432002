-- +goose Up

-- Seeds and needs have the same columns: what protects, finds and orders them.
-- What people wrote is JSON: body is the summary layer, detail the inner one.
create table seed (
  id              text    primary key,
  area_id         text    not null,
  organisation_id text    not null default '',
  owner_id        text    not null default '',
  coordinator_id  text    not null default '',
  scope           text    not null,
  name_scope      text    not null,
  detail_scope    text    not null,
  state           text    not null,
  number          text    not null default '', -- the register it came from names it so
  title_ja        text    not null default '',
  title_en        text    not null default '',
  title_key       text    not null default '', -- folded title, to notice the same one again
  sort_key        text    not null default '',
  import_id       text    not null default '',
  sample          bigint not null default 0,
  withdrawn       bigint not null default 0,
  version         bigint not null,
  created         bigint not null,
  updated         bigint not null,
  body            text    not null,
  detail          text    not null default ''
);
create index seed_area on seed (area_id, number);
create index seed_title on seed (area_id, title_key);
create index seed_organisation on seed (organisation_id);
create index seed_owner on seed (owner_id);
create index seed_coordinator on seed (coordinator_id, state);
create index seed_import on seed (import_id);

create table need (
  id              text    primary key,
  area_id         text    not null,
  organisation_id text    not null default '',
  owner_id        text    not null default '',
  coordinator_id  text    not null default '',
  scope           text    not null,
  name_scope      text    not null,
  detail_scope    text    not null,
  state           text    not null,
  number          text    not null default '',
  title_ja        text    not null default '',
  title_en        text    not null default '',
  title_key       text    not null default '',
  sort_key        text    not null default '',
  import_id       text    not null default '',
  sample          bigint not null default 0,
  withdrawn       bigint not null default 0,
  version         bigint not null,
  created         bigint not null,
  updated         bigint not null,
  body            text    not null,
  detail          text    not null default ''
);
create index need_area on need (area_id, number);
create index need_title on need (area_id, title_key);
create index need_organisation on need (organisation_id);
create index need_owner on need (owner_id);
create index need_coordinator on need (coordinator_id, state);
create index need_import on need (import_id);

-- Imports whose records are still coming: these are as if not there.
create table arriving (import_id text primary key);

-- Who stands in a record as researcher or contact, for "what is his".
create table record_person (
  record_id text not null,
  kind      text not null, -- seed or need
  person_id text not null,
  primary key (record_id, person_id)
);
create index record_person_person on record_person (person_id, kind);

-- Who opened a detail layer, shown to the record's owner.
create table opening (
  record_id text    not null,
  at        bigint not null,
  user_id   text    not null,
  user_name text    not null
);
create index opening_record on opening (record_id, at);

-- Files are kept in chunks of 1 MiB; a file without a record is unfinished.
create table file (
  id          text    primary key,
  record_kind text    not null default '',
  record_id   text    not null default '',
  layer       text    not null, -- summary or detail
  name        text    not null,
  media_type  text    not null,
  size        bigint not null,
  sha256      text    not null,
  created     bigint not null,
  created_by  text    not null,
  removed     bigint not null default 0
);
create index file_record on file (record_id);

create table file_chunk (
  file_id text    not null references file (id),
  n       bigint not null,
  data    bytea    not null,
  primary key (file_id, n)
);

-- +goose Down
drop table file_chunk;
drop table file;
drop table opening;
drop table record_person;
drop table arriving;
drop table need;
drop table seed;
