-- a table with a column of its name has another name: what names the column goes on naming it
create schema app;
create table app.notes (notes text, body text);
create index by_notes on app.notes (notes) where notes <> 'x';
create policy read on app.notes for select using (notes <> '');
create policy all_of_it on app.notes for update using (notes.* is not null);
insert into app.notes values ('one', 'two');
