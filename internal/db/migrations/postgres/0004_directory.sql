-- +goose Up

-- Organisations are shared by the whole installation: public facts. What a
-- person wrote is JSON in body; the columns protect, find and order.
create table organisation (
  id               text    primary key,
  kind             text    not null,
  scope            text    not null, -- public, or hub: the staff of every area and its own people
  name_ja          text    not null default '',
  name_en          text    not null default '',
  sort_key         text    not null,
  search_key       text    not null, -- folded names, address and description
  prefecture       text    not null default '', -- JIS X 0401
  corporate_number text    not null default '',
  ror              text    not null default '',
  import_id        text    not null default '',
  sample           bigint not null default 0,
  withdrawn        bigint not null default 0,
  merged_into      text    not null default '',
  version          bigint not null,
  created          bigint not null,
  updated          bigint not null,
  body             text    not null
);
create index organisation_sort on organisation (sort_key, id);
create index organisation_number on organisation (corporate_number) where corporate_number <> '';
create index organisation_import on organisation (import_id) where import_id <> '';

-- Every name an organisation has or had, as it is compared: whole with its legal
-- form in one spelling, bare without it.
create table organisation_name (
  organisation_id text    not null references organisation (id),
  position        bigint not null,
  whole           text    not null,
  bare            text    not null,
  primary key (organisation_id, position)
);
create index organisation_name_whole on organisation_name (whole);
create index organisation_name_bare on organisation_name (bare);

-- An organisation's place in an area. A change of class or a second joining is a
-- new row, so that the members of any day can be told.
create table membership (
  id              text    primary key,
  area_id         text    not null,
  organisation_id text    not null references organisation (id),
  state           text    not null,
  class           text    not null default '',
  category        text    not null default '', -- the area's own word; '' = the organisation's kind
  joined_on       text    not null default '', -- first day
  left_on         text    not null default '', -- last day
  remark          text    not null default '', -- of the area's staff
  version         bigint not null,
  created         bigint not null,
  updated         bigint not null
);
create index membership_area on membership (area_id, organisation_id);
create index membership_organisation on membership (organisation_id, area_id);

-- People belong to an area.
create table person (
  id                text    primary key,
  area_id           text    not null,
  kind              text    not null default '',
  scope             text    not null,
  name_scope        text    not null, -- as scope
  detail_scope      text    not null, -- as scope
  organisation_id   text    not null default '', -- of the first affiliation in force
  owner_id          text    not null,            -- the person himself
  coordinator_id    text    not null default '',
  name              text    not null,
  name_en           text    not null default '',
  sort_key          text    not null,
  search_key        text    not null,
  researcher_number text    not null default '',
  orcid             text    not null default '',
  import_id         text    not null default '',
  sample            bigint not null default 0,
  withdrawn         bigint not null default 0,
  merged_into       text    not null default '',
  version           bigint not null,
  created           bigint not null,
  updated           bigint not null,
  body              text    not null,
  remark            text    not null default '' -- of the area's staff, for them alone
);
create index person_area on person (area_id, sort_key, id);
create index person_organisation on person (organisation_id);
create index person_number on person (researcher_number) where researcher_number <> '';
create index person_import on person (import_id) where import_id <> '';

create table person_name (
  person_id text    not null references person (id),
  position  bigint not null,
  area_id   text    not null,
  name_key  text    not null,
  primary key (person_id, position)
);
create index person_name_key on person_name (name_key, area_id);

-- Where a person belongs and belonged, for looking up from the organisation; the
-- words are in the person's body.
create table affiliation (
  person_id       text    not null references person (id),
  position        bigint not null,
  organisation_id text    not null,
  valid_from      text    not null default '',
  valid_until     text    not null default '', -- last day
  primary key (person_id, position)
);
create index affiliation_organisation on affiliation (organisation_id);

-- Ways to reach a person, or an area's contact at an organisation. Each has a
-- scope of its own.
create table contact (
  id              text    primary key,
  record_kind     text    not null, -- person or organisation
  record_id       text    not null,
  area_id         text    not null,
  scope           text    not null,
  organisation_id text    not null default '',
  owner_id        text    not null default '',
  coordinator_id  text    not null default '',
  kind            text    not null,
  label           text    not null default '', -- whose it is, or when to use it
  value           text    not null,
  value_key       text    not null,            -- as it is compared
  source          text    not null default '', -- where the hub has it from
  position        bigint not null,
  ended           bigint not null default 0,  -- moment from which it is no longer used
  created         bigint not null
);
create index contact_record on contact (record_id, position);
create index contact_value on contact (value_key);

-- +goose Down
drop table contact;
drop table affiliation;
drop table person_name;
drop table person;
drop table membership;
drop table organisation_name;
drop table organisation;
