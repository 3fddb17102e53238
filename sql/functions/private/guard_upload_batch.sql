-- A trigger's function; nobody calls it. When a batch was made, and how far it is, is the server's to say, not an end
-- user's: whoever reads the oldest batches first would serve the tenant with the oldest date alone, and a date, number
-- or document that not every client can read would break whoever lists the batches of all tenants.
-- Row level security tells services apart.
begin
  if not row_security_active(tg_relid) then
    return new;
  end if;
  new.created_at := now();
  new.completed_at := null;
  new.processed_files := 0;
  new.failed_files := 0;
  new.progress_percent := 0;
  new.status := 'uploading';
  if jsonb_path_exists(new.metadata, 'strict $.** ? (@.type() == "number" && (@ > 1e308 || @ < -1e308))')
    or jsonb_path_exists(new.metadata, 'strict $.**{100}')
  then
    raise exception 'metadata of upload batch % cannot be read by every client', new.id
      using errcode = 'data_exception',
            hint = 'Write numbers beyond 1e308 as text, and nest fewer than 100 levels.';
  end if;
  return new;
end
