-- For policies and services that tell roles apart.
begin
  return (select member.role from private.current_member() as member);
end
