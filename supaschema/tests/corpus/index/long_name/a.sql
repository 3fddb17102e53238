-- an index changes whose name has 63 bytes, of which the last are of wide characters
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create unique index "index_with_a_name_that_ends_in_wide_characters_äöüäöüäöü_é" on app.notes (a);
insert into app.notes values (1, 'one', 'x');
