-- the type of a column changes that a materialized view reads
create schema app;
create table app.notes (id integer primary key, n integer);
insert into app.notes values (1, 10);
create materialized view app.m as select id from app.notes where n > 5;
create unique index m_id on app.m (id);
comment on materialized view app.m is 'kept';
