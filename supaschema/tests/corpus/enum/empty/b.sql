create type public.nothing as enum ('something');
