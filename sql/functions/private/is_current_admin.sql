-- For policies on what only owners and admins may do. Never NULL, so that `not` is safe around it.
begin
  return coalesce(private.current_member_role() in ('owner', 'admin'), false);
end
