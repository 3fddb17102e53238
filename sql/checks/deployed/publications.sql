-- Publications: whose they are, what they publish, and of which schemas.
select
  p.pubname as name,
  pg_catalog.pg_get_userbyid(p.pubowner) as owner,
  p.puballtables as all_tables,
  array(
    select o.name
    from (
      values (1, p.pubinsert, 'insert'), (2, p.pubupdate, 'update'), (3, p.pubdelete, 'delete'),
        (4, p.pubtruncate, 'truncate')
    ) as o (place, is_published, name)
    where o.is_published
    order by o.place
  ) as operations,
  p.pubviaroot as via_partition_root,
  array(
    select n.nspname::text
    from pg_catalog.pg_publication_namespace as m
    join pg_catalog.pg_namespace as n on n.oid = m.pnnspid
    where m.pnpubid = p.oid
    order by n.nspname
  ) as schemas
from pg_catalog.pg_publication as p
