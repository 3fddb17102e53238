-- Callable by service_role, by way of the claims. Remembers that these organizations have just been served.
-- It never waits: a row that another worker is writing is passed over and a second one made, and an organization that
-- somebody is deleting is left out.
declare
  noted uuid[];
begin
  with free as (
    select turn.id
    from private.queue_turns as turn
    where turn.org_id = any (note_turns.organizations) and turn.queue = note_turns.queue
    for no key update skip locked
  ),
  written as (
    update private.queue_turns as turn
    set served_at = clock_timestamp()
    from free
    where turn.id = free.id
    returning turn.org_id
  )
  select coalesce(array_agg(written.org_id), '{}') into noted
  from written;

  insert into private.queue_turns (org_id, queue, served_at)
  select organization.id, note_turns.queue, clock_timestamp()
  from public.organizations as organization
  where organization.id = any (note_turns.organizations)
    and organization.id <> all (noted)
  for key share skip locked;
end
