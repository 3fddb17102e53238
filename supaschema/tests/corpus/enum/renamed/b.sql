create schema types;
create type types.feeling as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood types.feeling not null default 'sad', many types.feeling[]);
create view public.sad_days as select id, mood from public.days where mood = 'sad';
insert into public.days values (1, 'happy');
create function public.is_sad(it types.feeling, many types.feeling[], public_mood integer default 1) returns boolean
  language plpgsql set search_path = '' as $$ begin return true; end $$;
grant execute on function public.is_sad(types.feeling, types.feeling[], integer) to authenticated;
create function public.sad_ones() returns setof types.feeling language sql set search_path = ''
  as $$ select null::text::types.feeling where false $$;
alter table public.days add constraint fine check (mood <> 'sad' or public.is_sad(mood, null));
