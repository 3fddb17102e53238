-- For policies on rows that name their author.
begin
  return (select member.user_id from private.current_member() as member);
end
