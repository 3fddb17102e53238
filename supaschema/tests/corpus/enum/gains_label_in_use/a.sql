-- A label that is added is used at once, by a default, a check, an index, a policy and a view.
create type public.state as enum ('new', 'done');
create table public.jobs (id bigint primary key, state public.state not null default 'new');
insert into public.jobs values (1, 'new'), (2, 'done');
create view public.open_jobs as select id from public.jobs where state = 'new';
