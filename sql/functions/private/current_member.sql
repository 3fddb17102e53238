-- Who is signed in. Callable by authenticated and service_role; every policy gets here through a helper.
-- The link between a token and a row is here and nowhere else. auth.uid() is no help: it raises where
-- the claim is no uuid.
select member.id, member.org_id, member.role::text
from {{identity_table}} as member
where member.{{identity_column}}::text = nullif(auth.jwt() ->> {{identity_claim}}, '')
