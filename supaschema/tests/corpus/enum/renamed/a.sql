-- An enum type has another name and another schema, and what stands on it follows.
create schema types;
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood public.mood not null default 'sad', many public.mood[]);
create view public.sad_days as select id, mood from public.days where mood = 'sad';
insert into public.days values (1, 'happy');
create function public.is_sad(it public.mood, many public.mood[], public_mood integer default 1) returns boolean
  language plpgsql set search_path = '' as $$ begin return true; end $$;
grant execute on function public.is_sad(public.mood, public.mood[], integer) to authenticated;
create function public.sad_ones() returns setof public.mood language sql set search_path = ''
  as $$ select null::text::public.mood where false $$;
alter table public.days add constraint fine check (mood <> 'sad' or public.is_sad(mood, null));
