-- one is made with indexes, options, comments and grants
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.counted with (fillfactor = 70) as select org, count(*) as notes from app.notes group by org;
create unique index counted_org on app.counted (org);
create index counted_notes on app.counted (notes desc) include (org) where notes > 1;
comment on materialized view app.counted is 'how many';
comment on column app.counted.notes is 'the number';
grant select on app.counted to service_role;
grant select (org) on app.counted to authenticated;
