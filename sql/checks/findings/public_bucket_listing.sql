-- Finds: a public bucket whose files end users can list: an address need not be known any more.
-- Refused at preview: no: bucket and policy are declared apart.
-- Supabase's linter: public_bucket_allows_listing.
select
  'public_bucket_listing' as check,
  'warning' as level,
  format('bucket %s', quote_literal(b.id)) as object,
  format('its files are listed by %s', string_agg(format('policy %I', p.policyname), ' and ' order by p.policyname))
    as detail,
  'Drop the policy: files of a public bucket are served without one.' as remedy
from storage.buckets as b
join pg_catalog.pg_policies as p
  on p.schemaname = 'storage'
  and p.tablename = 'objects'
  and p.permissive = 'PERMISSIVE'
  and p.cmd in ('ALL', 'SELECT')
  and p.roles && array['public', 'anon', 'authenticated']::name[]
  and (p.qual !~ '[[:<:]]bucket_id[[:>:]]' or position(quote_literal(b.id) in p.qual) > 0)
  and regexp_replace(p.qual, '''([^'']|'''')*''', '''''', 'g')
    !~ '[[:<:]](name|path_tokens|owner|owner_id|user_metadata)[[:>:]]'
where b.public
group by b.id
order by object
