-- a table with a column of its name has another name: what names the column goes on naming it
create schema app;
create table app.sheets (notes varchar(40), body text);
create index by_notes on app.sheets (notes) where notes <> 'x';
create policy read on app.sheets for select using (notes <> '');
create policy all_of_it on app.sheets for update using (sheets.* is not null);
insert into app.sheets values ('one', 'two');
