-- A domain and a range stand on a type: a label of it does not go.
create type public.mood as enum ('sad', 'so so', 'happy');
create domain public.good_mood as public.mood check (value <> 'sad');
create type public.moods as range (subtype = public.mood);
