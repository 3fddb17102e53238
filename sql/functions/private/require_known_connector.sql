-- A trigger's function; nobody calls it. The foreign key alone would say less, and would let a row name
-- the connector of another tenant.
declare
  owner uuid;
begin
  select config.org_id into owner
  from public.connector_configs as config
  where config.id = new.connector_id;
  if not found then
    raise exception 'unknown connector %: the row for % is refused', new.connector_id, tg_table_name
      using errcode = 'foreign_key_violation',
            hint = 'Create the connector first, or leave connector_id out.';
  end if;
  if owner is distinct from new.org_id then
    raise exception 'unknown connector % in organization %: the row for % is refused',
        new.connector_id, new.org_id, tg_table_name
      using errcode = 'foreign_key_violation',
            hint = 'The connector belongs to another organization.';
  end if;
  return new;
end
