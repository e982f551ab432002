-- +goose Up

-- The terms of texts as the index has them, so that a restart analyses nothing
-- again. Derived: it may be emptied at any time.
create table search_terms (
  kind      text    not null,
  record_id text    not null,
  layer     bigint not null,
  digest    text    not null, -- of analysis, weights and text
  terms     bytea    not null,
  primary key (kind, record_id, layer)
);

-- +goose Down
drop table search_terms;
