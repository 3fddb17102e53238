-- constraints and the index of one have comments
create schema app;
create table app.notes (id bigint constraint pk primary key, a text constraint u unique, constraint c check (a <> ''));
comment on constraint pk on app.notes is 'the key';
comment on constraint c on app.notes is 'filled';
comment on index app.u is 'by a';
