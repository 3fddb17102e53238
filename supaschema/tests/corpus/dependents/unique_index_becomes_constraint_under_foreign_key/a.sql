-- a unique index that a foreign key stands on becomes a constraint of another name, and back; the key stays
create schema app;
create table app.parents (id bigint not null primary key, code text not null, place integer not null);
create unique index parents_by_code on app.parents (code, place);
insert into app.parents values (1, 'one', 1);
create table app.children (
  id bigint primary key, code text, place integer,
  constraint parent foreign key (code, place) references app.parents (code, place) on delete cascade
);
insert into app.children values (10, 'one', 1);
