-- A trigger's function; nobody calls it. What end users may not say of a connector: a service says what it means, and
-- row level security tells the two apart.
-- When a row was made and changed is the server's to say. A date that not every client can read would break whoever
-- lists the connectors of all tenants: too early a sync is due now, and any other such date is refused.
-- Who made a connector is a member who did: a user of another tenant could not be deleted for as long as it is there.
declare
  first constant timestamptz := timestamptz '0001-01-02 00:00:00Z';
  last constant timestamptz := timestamptz '9999-12-31 00:00:00Z';
  written timestamptz;
begin
  if not row_security_active(tg_relid) then
    return new;
  end if;
  if new.next_sync_at < first then
    new.next_sync_at := now();
  end if;
  foreach written in array array[new.next_sync_at, new.last_sync_at, new.last_error_at, new.credentials_updated_at] loop
    if written < first or written > last then
      raise exception 'a date of connector % is out of range: %', new.id, written
        using errcode = 'datetime_field_overflow',
              hint = 'Give dates of the years 1 to 9999; NULL means none.';
    end if;
  end loop;
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.updated_at := now();
    return new;
  end if;
  new.created_at := old.created_at;
  if new.created_by is distinct from old.created_by
    and new.created_by is not null
    and new.created_by is distinct from private.current_user_id()
  then
    raise exception 'connector % was not made by user %', new.id, new.created_by
      using errcode = 'insufficient_privilege',
            hint = 'Name yourself in created_by, or nobody (NULL).';
  end if;
  return new;
end
