-- an index, a policy, a trigger and constraints have other names
create schema app;
create table app.notes (
  id bigint constraint notes_b_key primary key, title text constraint titles_b unique, above bigint constraint above_b references app.notes,
  constraint short_b check (length(title) < 9), constraint apart_b exclude using btree (above with =)
);
create index by_above_b on app.notes (above) where above is not null;
comment on index app.by_above_b is 'Finds.';
create policy read_b on app.notes for select using (title <> '');
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp_b before update of title on app.notes for each row when (new.title <> '') execute function app.stamp();
insert into app.notes values (1, 'one', 1);
