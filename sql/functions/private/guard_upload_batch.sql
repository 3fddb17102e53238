-- A trigger's function; nobody calls it. When a batch was made is the server's to say, not an end user's: whoever reads
-- the oldest batches first would serve the tenant with the oldest date alone. Row level security tells services apart.
begin
  if row_security_active(tg_relid) then
    new.created_at := now();
  end if;
  return new;
end
