-- A trigger's function; nobody calls it. What end users may not say of a connector: a service says what it means, and
-- row level security tells the two apart.
-- When a row was made and changed is the server's to say. A date that not every client can read would break whoever
-- lists the connectors of all tenants: too early a sync is due now, and any other such date is refused.
-- So would a number or a document that not every client can read. A count of errors leaves room to count on.
-- Who made a connector is a member who did: a user of another tenant could not be deleted for as long as it is there.
declare
  first constant timestamptz := timestamptz '0001-01-02 00:00:00Z';
  last constant timestamptz := timestamptz '9999-12-31 00:00:00Z';
  most_errors constant integer := 1000000;
  written timestamptz;
  unreadable text;
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
  if new.error_count is distinct from old.error_count and new.error_count not between 0 and most_errors then
    raise exception 'error_count of connector % is out of range: %', new.id, new.error_count
      using errcode = 'numeric_value_out_of_range',
            hint = format('Give a number from 0 to %s; a service counts on from it.', most_errors);
  end if;
  select document.name into unreadable
  from (
    values
      ('settings', new.settings, old.settings),
      ('filters', new.filters, old.filters),
      ('metadata', new.metadata, old.metadata),
      ('credentials', new.credentials, old.credentials)
  ) as document (name, written, before)
  where document.written is distinct from document.before
    and (
      jsonb_path_exists(document.written, 'strict $.** ? (@.type() == "number" && (@ > 1e308 || @ < -1e308))')
      or jsonb_path_exists(document.written, 'strict $.**{100}')
    )
  limit 1;
  if found then
    raise exception '% of connector % cannot be read by every client', unreadable, new.id
      using errcode = 'data_exception',
            hint = 'Write numbers beyond 1e308 as text, and nest fewer than 100 levels.';
  end if;
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
