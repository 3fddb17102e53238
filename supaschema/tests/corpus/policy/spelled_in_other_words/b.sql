-- one condition in two spellings is one policy
create schema app;
create table app.notes (id bigint primary key, state varchar(10));
-- unchanged
create policy p on app.notes for select to authenticated using ((state)::text = any (array[('x'::character varying)::text, ('y'::character varying)::text]));
