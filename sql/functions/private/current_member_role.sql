-- For policies and services that tell roles apart.
select member.role
from private.current_member() as member
