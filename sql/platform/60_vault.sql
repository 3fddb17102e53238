-- Schema vault: the names, signatures and grants of the vault extension, WITHOUT its encryption.
-- The stand-in only encodes; it proves who may call what, never that a secret is safe at rest.

create table if not exists vault.secrets (
  id uuid not null default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  constraint secrets_pkey primary key (id)
);
create unique index if not exists secrets_name_idx on vault.secrets (name) where name is not null;

create or replace view vault.decrypted_secrets as
select
  stored.id,
  stored.name,
  stored.description,
  stored.secret,
  convert_from(decode(stored.secret, 'base64'), 'utf8') as decrypted_secret,
  stored.key_id,
  stored.nonce,
  stored.created_at,
  stored.updated_at
from vault.secrets as stored;

create or replace function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
) returns uuid language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into vault.secrets (secret, name, description)
  values (encode(convert_to(new_secret, 'utf8'), 'base64'), new_name, new_description)
  returning id
$$;

create or replace function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  update vault.secrets as stored
  set secret = coalesce(encode(convert_to(new_secret, 'utf8'), 'base64'), stored.secret),
      name = coalesce(new_name, stored.name),
      description = coalesce(new_description, stored.description),
      updated_at = now()
  where stored.id = secret_id
$$;

revoke all on all tables in schema vault from public, anon, authenticated;
revoke all on all functions in schema vault from public, anon, authenticated;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function
  vault.create_secret(text, text, text, uuid), vault.update_secret(uuid, text, text, text, uuid)
  to postgres with grant option;
grant execute on function
  vault.create_secret(text, text, text, uuid), vault.update_secret(uuid, text, text, text, uuid)
  to service_role;
