-- what is written through a view is checked, here or all the way down
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes where a > 0 with cascaded check option;
create view app.w as select id, a from app.v where a < 10;
