-- A trigger's function; nobody calls it. What end users may not say of a connector: a service says what it means, and
-- row level security tells the two apart.
-- When a row was made and changed is the server's to say. A date in the past makes a sync due, and not more due than
-- one that has just become so: workers that read the earliest dates first would serve its tenant alone.
-- Dates that not every client can read would break whoever lists the connectors of all tenants.
-- Who made a connector is a member who did: a user of another tenant could not be deleted for as long as it is there.
declare
  written timestamptz;
begin
  if not row_security_active(tg_relid) then
    return new;
  end if;
  foreach written in array array[new.next_sync_at, new.last_sync_at, new.last_error_at, new.credentials_updated_at] loop
    if written > timestamptz '9999-12-31 00:00:00Z'
      or written < timestamptz '0001-01-02 00:00:00Z' and written is distinct from new.next_sync_at
    then
      raise exception 'a date of connector % is out of range: %', new.id, written
        using errcode = 'datetime_field_overflow',
              hint = 'Give dates of the years 1 to 9999; NULL means none.';
    end if;
  end loop;
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.updated_at := now();
    if new.next_sync_at < now() then
      new.next_sync_at := now();
    end if;
    return new;
  end if;
  new.created_at := old.created_at;
  if new.next_sync_at is distinct from old.next_sync_at and new.next_sync_at < now() then
    new.next_sync_at := now();
  end if;
  if new.created_by is distinct from old.created_by and new.created_by is distinct from private.current_user_id()
    and new.created_by is not null
  then
    raise exception 'connector % was not made by user %', new.id, new.created_by
      using errcode = 'insufficient_privilege',
            hint = 'Name yourself in created_by, or nobody (NULL).';
  end if;
  return new;
end
