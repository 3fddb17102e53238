-- a table comes and goes of which every name needs quotes
create table public."Select from" ("Order" bigint constraint "p k" primary key, "user" text constraint "ch'eck" check ("user" <> 'a"b'));
create index "i dx" on public."Select from" ("user");
