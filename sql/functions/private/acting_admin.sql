-- For the functions that act for an organization's admins with their owner's rights; nobody else may call it. It gives the
-- owner or admin who is signed in, and refuses everybody else.
begin
  return query
  select member.user_id, member.org_id
  from private.current_member() as member
  where member.role in ('owner', 'admin') and member.org_id is not null
  limit 1;
  if not found then
    raise exception 'only owners and admins of an organization manage its connectors'
      using errcode = 'insufficient_privilege';
  end if;
end
