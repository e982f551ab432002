-- +goose Up

-- A project has the columns of seeds and needs, and those that boards sort and
-- count by: they repeat what the newest step of project_step says.
create table project (
  id              text    primary key,
  area_id         text    not null,
  organisation_id text    not null default '', -- of the lead partner
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
  sample          integer not null default 0,
  withdrawn       integer not null default 0,
  version         integer not null,
  created         integer not null,
  updated         integer not null,
  body            text    not null,
  detail          text    not null default '',
  tier            integer not null default 0,  -- 0 = in none
  tier_since      text    not null default '',
  state_since     text    not null default ''
) strict;
create index project_area on project (area_id, state);
create index project_title on project (area_id, title_key);
create index project_organisation on project (organisation_id);
create index project_owner on project (owner_id);
create index project_coordinator on project (coordinator_id, state);
create index project_import on project (import_id);

-- Every state and every tier a project has had, each with the days it held.
-- Rows are closed and never rewritten.
create table project_step (
  id          text    primary key,
  project_id  text    not null,
  area_id     text    not null,
  kind        text    not null, -- state or tier
  n           integer not null, -- 1 is the first of its kind
  value       text    not null, -- a state, a tier's number, or '' = in no tier any more
  previous    text    not null default '',
  valid_from  text    not null,
  valid_until text    not null default '', -- the day on which the next began; '' = holds
  recorded_at integer not null,
  by_id       text    not null default '',
  by_name     text    not null default '',
  reason      text    not null default ''
) strict;
create unique index project_step_project on project_step (project_id, kind, n);
create index project_step_kind on project_step (kind, valid_from);

-- Each area's own tiers, criteria and support menu, as JSON.
create table tier_scheme (
  area_id text    primary key,
  version integer not null,
  updated integer not null,
  body    text    not null
) strict;

-- What a project applied with, one row for each round, and what became of it.
create table project_application (
  id           text    primary key,
  project_id   text    not null,
  n            integer not null,
  state        text    not null, -- draft, submitted, adopted, declined
  body         text    not null, -- JSON: the text and the criteria of that round
  submitted_at integer not null default 0,
  submitted_by text    not null default '',
  decided_at   integer not null default 0,
  decided_by   text    not null default '',
  reason       text    not null default ''
) strict;
create unique index project_application_project on project_application (project_id, n);

create table project_review (
  application_id text    not null references project_application (id),
  reviewer_id    text    not null, -- a user
  reviewer_name  text    not null,
  activity_id    text    not null default '', -- the promise to review
  done_at        integer not null default 0,
  verdict        text    not null default '', -- yes, conditions, no
  body           text    not null default '', -- JSON: a mark for each criterion, and the remark
  primary key (application_id, reviewer_id)
) strict;
create index project_review_reviewer on project_review (reviewer_id, done_at);

-- +goose Down
drop table project_review;
drop table project_application;
drop table tier_scheme;
drop table project_step;
drop table project;
