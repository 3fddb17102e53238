-- a type that takes a cast nobody makes, in a table that is called as a word of the language
create schema app;
create table app."table" (n text);
insert into app."table" values ('1');
