-- the type of a column changes under materialized views, one over the other, one empty; grants, indexes and options return
create schema app;
create table app.notes (id integer primary key, n integer);
insert into app.notes values (1, 10);
create materialized view app.m (key, amount) with (fillfactor = 70) as select id, n from app.notes;
create materialized view app.top as select key from app.m where amount > 5 with no data;
create unique index m_key on app.m (key);
create index m_amount on app.m (amount desc) where amount > 5;
comment on column app.m.amount is 'how much';
grant select on app.m to authenticated;
revoke all on app.top from anon, authenticated, service_role;
