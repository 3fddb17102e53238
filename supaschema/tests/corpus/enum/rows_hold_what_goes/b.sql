-- refused: 1 rows of public.days hold 'so so' in many, which is to be no label of its type; 1 rows of public.days hold 'so so' in mood
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood public.mood, many public.mood[]);
