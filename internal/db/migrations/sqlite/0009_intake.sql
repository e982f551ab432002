-- +goose Up

-- An import of a spreadsheet: the plan, its state and what became of it.
create table import (
  id        text    primary key,
  area_id   text    not null,
  kind      text    not null, -- seeds, needs, organisations, people
  state     text    not null,
  file_name text    not null,
  user_id   text    not null default '',
  user_name text    not null default '',
  done      integer not null default 0, -- rows dealt with in the present step
  total     integer not null default 0,
  created   integer not null,
  updated   integer not null, -- also the sign of life of a running step
  body      text    not null  -- mapping, counts, findings, times
) strict;
create index import_area on import (area_id, created);

-- The file as it was sent, in chunks of 1 MiB.
create table import_file (
  import_id text    not null references import (id),
  n         integer not null,
  data      blob    not null,
  primary key (import_id, n)
) strict;

-- One row of the plan. Nothing outside the import refers to it.
create table import_row (
  import_id  text    not null references import (id),
  n          integer not null,
  sheet      text    not null default '',
  row_number integer not null,
  outcome    text    not null, -- create, change, same, refuse
  weight     integer not null default 0, -- 0 no problem, 1 something to look at, 2 refused
  record_id  text    not null default '', -- made in advance for those to be created
  version    integer not null default 0,  -- of the record when the plan was made; 0 = not there
  title      text    not null default '',
  fields     text    not null default '', -- that would change
  draft      text    not null default '', -- values read, JSON
  problems   text    not null default '', -- JSON
  before     text    not null default '', -- the record before the change, JSON
  left_why   text    not null default '', -- a key: why applying or undoing left it
  primary key (import_id, n)
) strict;
create index import_row_weight on import_row (import_id, weight, n);
create index import_row_outcome on import_row (import_id, outcome, n);
create index import_row_record on import_row (record_id) where record_id <> '';

-- +goose Down
drop table import_row;
drop table import_file;
drop table import;
