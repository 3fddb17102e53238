-- For policies on rows that name their author.
select member.user_id
from private.current_member() as member
