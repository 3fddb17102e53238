create type public.mood as enum ('sad', 'it''s fine', 'so "happy"');
comment on type public.mood is 'how it goes';
create table public.days (
    id bigint primary key,
    mood public.mood not null default 'sad',
    all_of_them public.mood[] not null default '{}',
    check (mood <> 'so "happy"' or id > 0)
);
create function public.is_sad(it public.mood) returns boolean language sql immutable
  set search_path = '' as $$ select it = 'sad'::public.mood $$;
create index on public.days (id) where mood = 'sad';
create view public.sad_days as select id from public.days where mood = 'sad';
