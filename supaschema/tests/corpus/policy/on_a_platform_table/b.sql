-- a policy comes to a table of the platform
create schema app;
create policy "own objects" on storage.objects for select to authenticated using (owner_id = current_user::text);
