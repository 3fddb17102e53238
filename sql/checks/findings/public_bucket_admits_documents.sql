-- Finds: a public bucket that takes more than images and fonts: documents and recordings in it are anybody's.
-- Refused at preview: no: it may be meant.
-- Supabase's linter: none.
select
  'public_bucket_admits_documents' as check,
  'warning' as level,
  format('bucket %s', quote_literal(b.id)) as object,
  coalesce(
    format('anybody reads what it holds: %s', array_to_string(b.allowed_mime_types, ', ')),
    'anybody reads what it holds, and it admits every type'
  ) as detail,
  'Make it private, or limit it to image/* and font/*.' as remedy
from storage.buckets as b
where b.public
  and (
    b.allowed_mime_types is null
    or exists (select from unnest(b.allowed_mime_types) as type where type !~ '^(image|font)/')
  )
order by object
