-- a stored column is computed anew under an index, a unique key that a foreign key refers to, a check, a view, a policy,
-- a trigger and statistics
create schema app;
create table app.notes (id bigint primary key, n integer not null, m integer generated always as (n * 3) stored not null);
create index notes_m on app.notes (m);
create statistics app.notes_n_m on n, m from app.notes;
alter table app.notes add constraint notes_m_key unique (m), add constraint notes_m_positive check (m > 0);
create table app.parts (id bigint primary key, m integer references app.notes (m));
create view app.totals as select sum(m) as total from app.notes;
alter table app.notes enable row level security;
create policy small on app.notes for select to authenticated using (m < 100);
create function app.stamp() returns trigger language plpgsql set search_path = '' as 'begin return new; end';
create trigger stamped before update on app.notes for each row when (old.m < 50) execute function app.stamp();
insert into app.notes (id, n) values (1, 10);
