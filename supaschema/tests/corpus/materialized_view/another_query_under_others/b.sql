-- another query, under a view and a second materialized view; indexes, comments and grants stay
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.counted as select org, count(*) as notes from app.notes where title <> '' group by org;
create unique index counted_org on app.counted (org);
create index counted_notes on app.counted (notes desc);
comment on materialized view app.counted is 'how many';
comment on index app.counted_org is 'one an org';
comment on column app.counted.notes is 'the number';
alter table app.counted cluster on counted_org;
grant select on app.counted to service_role;
create view app.most with (security_invoker) as select org from app.counted where notes > 1;
create materialized view app.fewest as select org from app.counted where notes = 1;
create index fewest_org on app.fewest (org);
grant select on app.most to authenticated;
