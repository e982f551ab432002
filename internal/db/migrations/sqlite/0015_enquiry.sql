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

-- +goose Down
drop table calendar_day;
