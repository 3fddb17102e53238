-- both of two, of which one reads the other, have another query
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.counted as select org, count(*) as notes from app.notes group by org;
create unique index counted_org on app.counted (org);
create materialized view app.most as select org from app.counted where notes > 1;
create index most_org on app.most (org);
