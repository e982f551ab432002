-- +goose Up

create table programme (
  id         text primary key,
  slug       text    not null unique,
  name_ja    text    not null default '',
  name_en    text    not null default '',
  sample     bigint not null default 0,
  created_at bigint not null
);

create table area (
  id           text primary key,
  slug         text    not null unique,
  programme_id text    not null default '',
  name_ja      text    not null default '',
  name_en      text    not null default '',
  tagline_ja   text    not null default '',
  tagline_en   text    not null default '',
  state        text    not null,
  sample       bigint not null default 0,
  version      bigint not null,
  created_at   bigint not null,
  updated_at   bigint not null
);

create table user_account (
  id         text primary key,
  mail       text    not null,
  mail_key   text    not null unique, -- the mail as it is compared
  name       text    not null,
  sort_key   text    not null,
  language   text    not null default '', -- '' = as the browser asks
  password   text    not null default '', -- argon2id with its parameters; '' = none, so no sign-in by password
  disabled   bigint not null default 0,
  sample     bigint not null default 0,
  created_at bigint not null,
  updated_at bigint not null
);
create index user_account_sort on user_account (sort_key, id);

-- Roles are given and ended, never removed: this is their history.
create table user_role (
  id           text primary key,
  user_id      text    not null references user_account (id),
  role         text    not null,
  area_id      text    not null default '',
  programme_id text    not null default '',
  valid_from   text    not null,
  valid_until  text    not null default '', -- the last day; '' = open
  granted_by   text    not null,
  granted_at   bigint not null,
  ended_by     text    not null default '',
  ended_at     bigint not null default 0   -- taken back at this moment, whatever the dates say
);
create index user_role_user on user_role (user_id);
create index user_role_area on user_role (area_id, user_id);

-- Who of the directory's people the account is. A person has one account.
create table user_person (
  user_id   text not null references user_account (id),
  person_id text not null unique,
  primary key (user_id, person_id)
);

create table user_organisation (
  user_id         text    not null references user_account (id),
  organisation_id text    not null,
  desk            bigint not null default 0,
  primary key (user_id, organisation_id)
);

-- Sessions hold the hash of the token, so a stolen copy of the database opens none.
create table user_session (
  id         text primary key,
  token_hash text    not null unique,
  user_id    text    not null references user_account (id),
  created_at bigint not null,
  seen_at    bigint not null,
  expires_at bigint not null,
  address    text    not null default '',
  agent      text    not null default ''
);
create index user_session_user on user_session (user_id);
create index user_session_expiry on user_session (expires_at);

-- Attempts to sign in, by the hash of what was tried and by address.
create table sign_in_throttle (
  id           text primary key,
  failures     bigint not null,
  last_at      bigint not null,
  locked_until bigint not null
);

-- +goose Down
drop table sign_in_throttle;
drop table user_session;
drop table user_organisation;
drop table user_person;
drop table user_role;
drop table user_account;
drop table area;
drop table programme;
