-- A trigger's function; nobody calls it. A service that divides by no files has NaN, which is null in JSON: no progress.
begin
  new.progress_percent := 0;
  return new;
end
