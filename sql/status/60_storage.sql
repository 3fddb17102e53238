-- Storage
-- What the imported documents of an organization take up, the largest first.
select org_id, documents, bytes, deleted_documents, deleted_bytes
from private.monitored_storage()
order by bytes desc nulls last, org_id
limit 20
