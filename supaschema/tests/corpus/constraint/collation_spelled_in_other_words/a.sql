-- one collation in two spellings, in a default, a check, a policy, an index, a view
-- unchanged
create schema app;
create table app.notes (id integer primary key, a text default ('a' collate "C"), constraint c check (a > 'a' collate "C"));
alter table app.notes enable row level security;
create policy p on app.notes for select to authenticated using (a < ('z' collate "C"));
create index i on app.notes ((a || 'x') collate "C") where a > 'b' collate "C";
create view app.v as select id, a collate "C" as a from app.notes where a > 'q' collate "C";
