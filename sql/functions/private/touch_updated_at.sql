-- A trigger's function; nobody calls it. As the application's own update_updated_at_column(), with a
-- fixed search_path.
begin
  new.updated_at := now();
  return new;
end
