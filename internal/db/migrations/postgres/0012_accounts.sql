-- +goose Up

-- A pass lets its holder in once, without signing in: to take up an invitation or
-- to set a new password. One without an account answers a request for an address
-- that nobody has, so that it takes as long as the others.
create table account_pass (
  id              text    primary key,
  purpose         text    not null, -- invitation, reset
  user_id         text    not null default '', -- '' = none yet
  mail            text    not null,
  mail_key        text    not null,
  name            text    not null default '',
  language        text    not null default '',
  role            text    not null default '', -- what an invitation gives
  area_id         text    not null default '',
  organisation_id text    not null default '',
  desk            bigint not null default 0,
  valid_from      text    not null default '',
  valid_until     text    not null default '',
  made_by         text    not null default '', -- the account; '' = asked for by the holder
  made_at         bigint not null,
  expires_at      bigint not null,
  used_at         bigint not null default 0,
  revoked_at      bigint not null default 0
);
create index account_pass_area on account_pass (area_id, made_at);
create index account_pass_user on account_pass (user_id);
create index account_pass_mail on account_pass (mail_key);

-- Every copy of a pass that was written out, a letter sent twice included, by hash.
create table account_pass_token (
  token_hash text    primary key,
  pass_id    text    not null references account_pass (id),
  made_at    bigint not null
);
create index account_pass_token_pass on account_pass_token (pass_id);

-- Second factors. A secret that is not confirmed yet does not count.
create table user_totp (
  user_id      text    primary key references user_account (id),
  secret       text    not null,
  made_at      bigint not null,
  confirmed_at bigint not null default 0,
  last_step    bigint not null default 0 -- a code works once
);

create table user_passkey (
  id         text    primary key,
  user_id    text    not null references user_account (id),
  credential text    not null unique, -- base64url of its id
  body       text    not null,        -- public key and counter, JSON
  name       text    not null,
  made_at    bigint not null,
  used_at    bigint not null default 0
);
create index user_passkey_user on user_passkey (user_id);

create table user_recovery (
  code_hash text    primary key,
  user_id   text    not null references user_account (id),
  made_at   bigint not null
);
create index user_recovery_user on user_recovery (user_id);

-- What somebody has begun and not finished: the second step of signing in, or a
-- passkey that is being made.
create table sign_in_step (
  token_hash text    primary key,
  user_id    text    not null references user_account (id),
  purpose    text    not null, -- second, passkey
  body       text    not null default '',
  address    text    not null default '',
  agent      text    not null default '',
  expires_at bigint not null
);
create index sign_in_step_user on sign_in_step (user_id);

-- What an area asks of its accounts.
create table area_policy (
  area_id         text    primary key references area (id),
  second_factor   text    not null default '', -- roles that need one, divided by spaces
  consent_ja      text    not null default '',
  consent_en      text    not null default '',
  consent_version bigint not null default 0,  -- 0 = nothing to agree to
  consent_at      bigint not null default 0,
  keep_months     bigint not null default 0,  -- after the last role; 0 = not decided
  version         bigint not null
);

create table user_consent (
  user_id text    not null references user_account (id),
  area_id text    not null references area (id),
  version bigint not null,
  at      bigint not null,
  primary key (user_id, area_id, version)
);

-- As whom a session looks, read-only.
create table session_view (
  session_id text    primary key,
  user_id    text    not null default '', -- a person, or
  role       text    not null default '', -- a role
  area_id    text    not null default '',
  began_at   bigint not null
);

-- Forms that came after their session had ended, encrypted with a key that only
-- the sender's browser has.
create table held_form (
  id         text    primary key,
  user_id    text    not null,
  body       bytea    not null,
  expires_at bigint not null
);

-- Kinds of letters that somebody wants or does not want.
create table mail_choice (
  user_id text    not null,
  kind    text    not null,
  wanted  bigint not null,
  primary key (user_id, kind)
);

-- +goose Down
drop table mail_choice;
drop table held_form;
drop table session_view;
drop table user_consent;
drop table area_policy;
drop table sign_in_step;
drop table user_recovery;
drop table user_passkey;
drop table user_totp;
drop table account_pass_token;
drop table account_pass;
