-- The application's buckets and its policies on storage.objects.
-- The files are known to the bucket's rules only; other buckets stay as they are.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('recordings', 'recordings', false, 5368709120, array[
    'video/mp4', 'video/webm', 'video/quicktime', 'video/x-msvideo', 'video/x-matroska',
    'audio/mpeg', 'audio/wav', 'audio/ogg', 'audio/webm', 'audio/mp4'
  ]),
  ('thumbnails', 'thumbnails', true, 5242880, array['image/jpeg', 'image/png', 'image/webp']),
  ('video-frames', 'video-frames', false, 10485760, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do nothing;

create policy "Service role has full access" on storage.objects
  for all to service_role
  using (true)
  with check (true);
create policy "Public can read thumbnails" on storage.objects
  for select to public
  using (bucket_id = 'thumbnails');
