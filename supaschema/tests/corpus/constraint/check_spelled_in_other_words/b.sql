-- one check in two spellings is one check
create schema app;
create table app.notes (id bigint primary key, state varchar(10), tags varchar[], n integer);
-- unchanged
alter table app.notes add constraint known check (state::text = any (array[('x'::character varying)::text, ('y'::character varying)::text]));
alter table app.notes add constraint negative check (n <> (-1)::integer);
