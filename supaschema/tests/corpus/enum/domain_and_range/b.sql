-- refused: range type public.moods stands on it
create type public.mood as enum ('sad', 'happy');
create domain public.good_mood as public.mood check (value <> 'sad');
create type public.moods as range (subtype = public.mood);
