-- A label goes from a type that columns, arrays, defaults, checks, indexes, views, a function and a policy are of.
create type public.state as enum ('new', 'waiting', 'done');
comment on type public.state is 'of a job';
revoke usage on type public.state from public;
grant usage on type public.state to service_role;
create table public.jobs (
    id bigint generated always as identity primary key,
    state public.state not null default 'new',
    "Before" public.state[],
    note text default ('new'::public.state)::text,
    is_new boolean generated always as (state = 'new') stored,
    same public.state generated always as (state) stored,
    unique (state, id),
    constraint known check (state <> 'done' or note is not null)
);
comment on column public.jobs.state is 'where it is';
create index by_state on public.jobs (state, note);
create index new_ones on public.jobs (id) where state = 'new';
create view public.open_jobs as select id, state from public.jobs where state <> 'done';
create view public.counted as select state, count(*) as many from public.open_jobs group by state;
create function public.jobs_in(it public.state) returns setof bigint language sql stable
  set search_path = '' as $$ select id from public.jobs where state = it $$;
grant execute on function public.jobs_in(public.state) to authenticated;
create function public.touch() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger touched before update of state on public.jobs for each row
  when (new.state = 'done') execute function public.touch();
alter table public.jobs enable row level security;
create policy mine on public.jobs for select to authenticated using (state = 'new');
insert into public.jobs (state, "Before") values ('new', '{}'), ('done', '{new,done}');
