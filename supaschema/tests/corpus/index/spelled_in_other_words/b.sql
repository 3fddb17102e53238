-- one condition in two spellings is one index
create schema app;
create table app.notes (id bigint primary key, state varchar(10));
-- unchanged
create index i on app.notes (state text_ops) where ((state)::text = any (array[('x'::character varying)::text, ('y'::character varying)::text]));
