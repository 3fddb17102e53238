-- refused: 1 objects stand on public.feeling, and the server does not change them along: constraint days_mood_fkey on table public.days
create type public.feeling as enum ('sad', 'happy');
create table public.moods (mood public.feeling primary key);
create table public.days (id bigint primary key, mood public.feeling references public.moods);
