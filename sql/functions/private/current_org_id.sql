-- For policies: `org_id = (select private.current_org_id())`.
select member.org_id
from private.current_member() as member
