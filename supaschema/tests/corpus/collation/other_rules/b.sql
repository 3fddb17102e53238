-- A collation that nothing is ordered by has other rules.
create schema app;
create collation app.words (provider = libc, lc_collate = 'C', lc_ctype = 'C.UTF-8');
comment on collation app.words is 'Stays.';
create table app.words (id integer primary key, body text);
