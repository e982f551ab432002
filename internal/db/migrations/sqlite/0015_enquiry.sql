-- +goose Up

-- What an area's office says of single days, before the law: closed at the turn
-- of the year, at work on a holiday.
create table calendar_day (
  area_id text    not null,
  day     text    not null,
  yearly  integer not null, -- 1 = on this day of every year
  kind    text    not null, -- closed, opened
  name_ja text    not null default '',
  name_en text    not null default '',
  primary key (area_id, day, yearly)
) strict;

-- Addresses that let their holder do one thing with one record without signing
-- in. Their word is kept as a hash.
create table record_link (
  id         text    primary key,
  token_hash text    not null unique,
  record_id  text    not null,
  purpose    text    not null,
  area_id    text    not null default '',
  created_at integer not null,
  created_by text    not null default '', -- a user
  expires_at integer not null,
  revoked_at integer not null default 0,
  used_at    integer not null default 0
) strict;
create index record_link_record on record_link (record_id, purpose);

-- How an area takes enquiries.
create table enquiry_area (
  area_id      text    primary key,
  closed       integer not null default 0, -- 1 = the public form is shut
  promise_days integer not null default 3, -- working days until the first answer
  show_median  integer not null default 0,
  lead_ja      text    not null default '', -- above the form
  lead_en      text    not null default '',
  signature_ja text    not null default '', -- below outgoing texts
  signature_en text    not null default '',
  version      integer not null,
  updated      integer not null
) strict;

-- Reasons for declining, per area; an area without any has the defaults.
create table enquiry_reason (
  area_id  text    not null,
  code     text    not null,
  position integer not null,
  label_ja text    not null default '',
  label_en text    not null default '',
  body_ja  text    not null default '', -- the courteous text that it begins with
  body_en  text    not null default '',
  primary key (area_id, code)
) strict;

-- One question that somebody brought, in his own words.
create table enquiry (
  id                text    primary key,
  area_id           text    not null,
  scope             text    not null,
  name_scope        text    not null, -- of who asks: hub, or case when he wishes not to be named
  detail_scope      text    not null,
  organisation_id   text    not null default '', -- the institution whose desk answers; '' = the hub itself
  owner_id          text    not null default '',
  coordinator_id    text    not null default '', -- the assignee's person
  assignee_id       text    not null default '', -- a user
  state             text    not null,
  outcome           text    not null default '',
  source            text    not null,
  language          text    not null,
  words             text    not null,
  asker_name        text    not null default '',
  asker_body        text    not null default '', -- the firm, as written
  asker_mail        text    not null default '',
  asker_phone       text    not null default '',
  may_forward       integer not null default 0, -- the asker agrees that another institution or area answers
  received          integer not null,
  promised_on       text    not null,            -- by when the first answer was promised
  due_on            text    not null default '', -- by when the next answer is; '' = the clock stands
  answered          integer not null default 0,  -- the first answer
  took              integer not null default -1, -- working days until then
  closed            integer not null default 0,
  reason            text    not null default '',
  need_id           text    not null default '',
  from_id           text    not null default '', -- the enquiry that this one continues in another area
  to_id             text    not null default '',
  asked_area_id     text    not null default '', -- a redirection that waits for the asker's word
  asked_body_id     text    not null default '',
  referrer_id       text    not null default '', -- a user of a bank who entered it for a client
  referrer_body     text    not null default '',
  consent_by        text    not null default '', -- who agreed to being entered
  consent_on        text    not null default '',
  consent_for       text    not null default '',
  sample            integer not null default 0,
  version           integer not null,
  updated           integer not null
) strict;
create index enquiry_area_state on enquiry (area_id, received, id);
create index enquiry_due on enquiry (due_on, id) where due_on <> '';
create index enquiry_assignee on enquiry (assignee_id, due_on) where due_on <> '';
create index enquiry_referrer on enquiry (referrer_id) where referrer_id <> '';
create index enquiry_need on enquiry (need_id) where need_id <> '';
create index enquiry_body on enquiry (organisation_id) where organisation_id <> '';

-- What happened to an enquiry, as its asker is told: steps that the program words
-- (kind, args) and texts that went out or came in.
create table enquiry_event (
  id         text    primary key,
  enquiry_id text    not null references enquiry (id),
  at         integer not null,
  kind       text    not null,
  by_kind    text    not null,
  by_id      text    not null default '',
  by_name    text    not null default '',
  args       text    not null default '',
  subject    text    not null default '',
  body       text    not null default '',
  mail       integer not null default 0 -- 1 = it also leaves as a letter
) strict;
create index enquiry_event_enquiry on enquiry_event (enquiry_id, at, id);

-- How often something was tried from somewhere, by hash: nothing of who it was.
create table enquiry_throttle (
  id    text    primary key,
  n     integer not null,
  since integer not null
) strict;

-- What working together costs and takes (費用の目安), per area or institution. A
-- row holds from its day until the next of its kind; none is rewritten.
create table fee (
  id              text    primary key,
  area_id         text    not null,
  organisation_id text    not null default '', -- '' = the area's own
  form            text    not null,            -- a code of the catalogue's forms
  valid_from      text    not null,
  low_state       text    not null default '',
  low_yen         integer not null default 0,
  high_state      text    not null default '',
  high_yen        integer not null default 0,
  cost_ja         text    not null default '',
  cost_en         text    not null default '',
  takes_ja        text    not null default '',
  takes_en        text    not null default '',
  free_ja         text    not null default '',
  free_en         text    not null default '',
  owner_ja        text    not null default '',
  owner_en        text    not null default '',
  removed         integer not null default 0,
  created         integer not null,
  created_by      text    not null default ''
) strict;
create index fee_area on fee (area_id, organisation_id, form, valid_from);

-- +goose Down
drop table fee;
drop table enquiry_throttle;
drop table enquiry_event;
drop table enquiry;
drop table enquiry_reason;
drop table enquiry_area;
drop table record_link;
drop table calendar_day;
