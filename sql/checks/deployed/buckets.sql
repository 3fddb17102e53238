-- Buckets, as the owner sees them.
select id, public, file_size_limit, allowed_mime_types from storage.buckets
