-- +goose Up

-- One dated line of what was done, said, promised or changed. Lines are never
-- rewritten: a correction is a line of its own, and only the fields of the next
-- action and the scope (when a subject is narrowed) may change.
create table activity (
  id              text primary key,
  at              integer not null, -- when it happened
  recorded_at     integer not null,
  kind            text    not null,
  line            text    not null default '', -- as written by a person
  body            text    not null default '',
  message         text    not null default '', -- of the program's own lines: a key of the catalogue
  args            text    not null default '', -- and the values for its places, JSON
  area_id         text    not null default '',
  scope           text    not null,
  case_id         text    not null default '', -- the record whose named persons are the parties
  organisation_id text    not null default '',
  owner_id        text    not null default '', -- the author's person
  coordinator_id  text    not null default '',
  author_kind     text    not null,
  author_id       text    not null default '',
  author_name     text    not null default '',
  corrects_id     text    not null default '',
  next_action     text    not null default '',
  assignee_id     text    not null default '', -- a user
  due_on          text    not null default '',
  open_by         text    not null default '', -- '' = nothing open, else due_on or 9999-12-31
  done_at         integer not null default 0,
  done_by         text    not null default ''
) strict;
create index activity_open on activity (open_by, id) where open_by <> '';
create index activity_assignee on activity (assignee_id, open_by, id) where open_by <> '';
create index activity_recorded on activity (area_id, recorded_at, id);
create index activity_corrects on activity (corrects_id) where corrects_id <> '';

-- What a line is about: any number of records of any room.
create table activity_subject (
  record_id   text    not null,
  at          integer not null, -- as in activity, so that a timeline is one range of the key
  activity_id text    not null references activity (id),
  kind        text    not null,
  position    integer not null,
  primary key (record_id, at, activity_id)
) strict;
create index activity_subject_activity on activity_subject (activity_id);

-- +goose Down
drop table activity_subject;
drop table activity;
