-- one collation in two spellings, in a default, a check, a policy, an index, a view
-- unchanged
create schema app;
create table app.notes (
  id integer primary key,
  a text default ('a'::text collate "C"),
  constraint c check ((a > ('a'::text collate pg_catalog."C")))
);
alter table app.notes enable row level security;
create policy p on app.notes for select to authenticated using ((a < ('z'::text collate pg_catalog."C")));
create index i on app.notes (((a || 'x'::text)) collate "C" text_ops) where (a > ('b'::text collate "C"));
create view app.v as select id, (a collate "C") as a from app.notes where (a > ('q'::text collate "C"));
