-- +goose Up

-- Letters: for whom and about what, never their text, which is made when they
-- leave. The id is the Message-ID's, so that one sent twice is known as one.
create table mail (
  id       text    primary key,
  user_id  text    not null,
  kind     text    not null, -- see notify.Kind
  about    text    not null, -- what makes it one: the day of a digest, a pass
  area_id  text    not null default '', -- whose office answers for it
  state    text    not null, -- waiting, sent, kept (no server), empty, dropped, failed
  made     bigint not null,
  settled  bigint not null default 0,
  failures bigint not null default 0,
  failure  text    not null default '' -- of the last try, for administrators
);
create unique index mail_once on mail (user_id, kind, about);
create index mail_made on mail (made);

create table mail_preference (
  user_id  text    primary key,
  digest   bigint not null default 1,
  hour     bigint not null default 7, -- in Japan
  language text    not null default '' -- '' = the account's
);

-- +goose Down
drop table mail_preference;
drop table mail;
