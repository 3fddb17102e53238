-- the table of the column that owns a sequence is called otherwise
create schema app;
create table app.sheets (id bigint constraint notes_pkey primary key);
create sequence app.numbers owned by app.sheets.id;
alter table app.sheets alter column id set default nextval('app.numbers');
