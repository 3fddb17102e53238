create type public.state as enum ('new', 'waiting', 'done');
create table public.jobs (
    id bigint primary key,
    state public.state not null default 'waiting',
    until date,
    constraint waits check (state <> 'waiting' or until is null)
);
insert into public.jobs values (1, 'new'), (2, 'done');
create index waiting on public.jobs (id) where state = 'waiting';
alter table public.jobs enable row level security;
create policy waiting on public.jobs for select to authenticated using (state = 'waiting');
create view public.open_jobs as select id from public.jobs where state in ('new', 'waiting');
