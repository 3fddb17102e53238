-- refused: 1 objects stand on public.mood, and the server does not change them along: constraint days_mood_fkey on table public.days
create type public.mood as enum ('sad', 'happy');
create table public.moods (mood public.mood primary key);
create table public.days (id bigint primary key, mood public.mood references public.moods);
