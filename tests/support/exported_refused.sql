-- What the lints refuse: no key, a policy that lets anybody write, a search path that is the caller's.
create table shop.log (line text);
create policy "loose" on shop.log for all to anon using (true);
create function shop.loose() returns integer language sql as 'select 1';
