-- Callable by service_role. Each waiting document goes to one caller, oldest first; rows that another
-- worker is taking are skipped. With `stale_after`, documents whose worker has written nothing for that long
-- are taken again; without it they stay where they are.
with waiting as (
  select document.id
  from public.imported_documents as document
  where not document.chunks_generated
    and not document.is_deleted
    and (
      document.processing_status = 'pending'
      or (document.processing_status = 'processing' and document.updated_at < now() - stale_after)
    )
  order by document.created_at
  limit greatest(max_documents, 0)
  for no key update skip locked
),
taken as (
  update public.imported_documents as document
  set processing_status = 'processing'
  from waiting
  where document.id = waiting.id
  returning document.*
)
select taken.*
from taken
order by taken.created_at
