-- Callable by authenticated. Runs with the owner's rights: recordings are the services' alone, and their
-- transcripts the members'. The organization is the caller's, never an argument; nobody signed in, nothing found.
select found.*
from private.current_member() as member
cross join lateral private.search_org_content(
  member.org_id,
  search_own_content.search_query,
  search_own_content.content_types,
  search_own_content.max_results,
  search_own_content.skip_results,
  search_own_content.query_embedding
) as found
