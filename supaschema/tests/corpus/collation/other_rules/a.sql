-- A collation that nothing is ordered by has other rules.
create schema app;
create collation app.words (provider = libc, locale = 'C');
comment on collation app.words is 'Stays.';
create table app.words (id integer primary key, body text);
