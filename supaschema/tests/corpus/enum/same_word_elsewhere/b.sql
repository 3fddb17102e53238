create type public.mood as enum ('sad', 'hap\py', 'd,one');
create table public.days (id bigint primary key, mood public.mood default 'hap\py', note text, many public.mood[] default '{"d,one","hap\\py"}');
create view public.those as
  select id, mood from public.days where note = 'so so' and mood = any ('{sad,"hap\\py"}'::public.mood[]);
create function public.named(it public.mood, note text default 'so so') returns text language sql set search_path = ''
  as $$ select note $$;
insert into public.days values (1, 'sad', 'so so');
