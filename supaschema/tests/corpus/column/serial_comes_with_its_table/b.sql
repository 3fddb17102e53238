-- serial columns come with their table, with the sequences that are their own
create schema app;
create table app.others (id bigserial primary key, small smallserial);
alter sequence app.others_small_seq increment by 5 cache 3;
grant usage, create on schema app to service_role;
create table app.theirs (id serial primary key);
alter table app.theirs owner to service_role;
