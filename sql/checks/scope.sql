-- What the checks in findings/ need to know; run it before them, in the same session:
--   psql -f sql/checks/scope.sql -f sql/checks/findings/row_security_off.sql
-- Names without a schema are then spelled with it, which the checks rely on.
set search_path = '';

-- The schemas that the API offers, separated by commas alone.
set checks.exposed_schemas = 'public';

-- Schemas that are the platform's or this tool's business.
set checks.platform_schemas =
  '^(pg_.*|_.*|auth|cron|extensions|graphql.*|information_schema|net|pgbouncer|pgmq.*|realtime|storage|supabase_.*|supaschema.*|vault)$';

-- How the server spells a sub-select that reads no table: it runs once a statement. Up to five parentheses deep.
set checks.constant_select =
  '[(] SELECT (?:(?![[:space:]]FROM[[:space:]])[^()]|[(](?:[^()]|[(](?:[^()]|[(](?:[^()]|[(][^()]*[)])*[)])*[)])*[)])*[)]';
