-- a policy comes whose name is a sentence
create schema app;
create table app.notes (id bigint primary key, "User" text);
create policy "Users may ""see"" what's theirs" on app.notes for select to authenticated using ("User" = current_user);
