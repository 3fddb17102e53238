-- Who is signed in. Callable by authenticated and service_role; every policy gets here through a helper.
-- The link between a token and a row is here and nowhere else. auth.uid() is no help: it raises where
-- the claim is no uuid.
-- In plpgsql, as its callers are: an SQL function that cannot be inlined is planned anew by every statement.
declare
  -- The token is read once, not once for each row that the table's plan looks at.
  wanted constant text := nullif(auth.jwt() ->> {{identity_claim}}, '');
  -- Looked up when the function is made: a table or column that does not exist fails then, not with the first request.
  subject {{identity_table}}.{{identity_column}}%type;
begin
  return query
  select member.id, member.org_id, member.role::text
  from {{identity_table}} as member
  where member.{{identity_column}}::text = wanted;
end
