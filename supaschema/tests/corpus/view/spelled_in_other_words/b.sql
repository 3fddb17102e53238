-- one query in two spellings is one view
create schema app;
create table app.notes (id bigint primary key, state varchar(10));
-- unchanged
create view app.v as select id from app.notes where (state)::text = any (array[('x'::character varying)::text, ('y'::character varying)::text]);
