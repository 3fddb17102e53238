-- the type of a column changes under a rule that is disabled and has a comment
create schema app;
create table app.notes (id integer primary key, n bigint);
create table app.log (n bigint);
create rule noted as on update to app.notes where old.n is distinct from new.n do also insert into app.log values (new.n);
comment on rule noted on app.notes is 'sleeps';
alter table app.notes disable rule noted;
insert into app.notes values (1, 10);
