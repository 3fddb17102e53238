-- a check changes whose name has 63 bytes, of which the last are of wide characters
create schema app;
create table app.notes (id bigint primary key, n integer,
  constraint "check_with_a_name_that_ends_in_wide_characters_äöüäöüäöü_" check (n < 50));
insert into app.notes values (1, 10);
