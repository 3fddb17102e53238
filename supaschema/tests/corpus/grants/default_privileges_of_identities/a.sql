-- Default privileges give roles the sequences of identities, of which some keep that and others do not.
create schema app;
alter default privileges in schema app grant all on sequences to anon, service_role;
create table app.heads (id bigint primary key, n bigint not null);
insert into app.heads values (1, 1);
