-- For policies: `org_id = (select private.current_org_id())`.
begin
  return (select member.org_id from private.current_member() as member);
end
