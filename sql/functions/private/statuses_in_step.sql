-- A trigger's function; nobody calls it. Some workers write sync_status alone, others processing_status alone: the one
-- that a writer leaves out follows the one that it writes. Who writes both has what it wrote, changed or not.
-- What a statement writes, only the columns of `update of` tell: a value that is written as it was shows in no
-- comparison with the old row. So there are three steps in one row's update, and the status itself carries the mark from
-- one to the next; no row is stored with it.
-- A sync_status that is written as it was moves nothing: a connector that stores a document once more says `completed` of
-- the storing, and the document may still wait to be processed.
-- A status that is still to be filled in (NULL) is filled in by itself: sync_status keeps what it says.
declare
  mark constant text := 'written';
  marked constant boolean := left(new.processing_status, length(mark)) = mark and tg_argv[0] <> 'mark';
  written constant text := case when new.processing_status <> mark then substr(new.processing_status, length(mark) + 2) end;
begin
  case tg_argv[0]
    when 'mark' then
      new.processing_status := concat_ws(':', mark, new.processing_status);
    when 'sync_status' then
      if marked then
        new.processing_status := written;
      elsif new.sync_status is distinct from old.sync_status
        and new.sync_status in ('pending', 'processing', 'completed', 'error') then
        new.processing_status := case new.sync_status when 'error' then 'failed' else new.sync_status end;
      end if;
    else
      if marked then
        new.processing_status := written;
        if old.processing_status is not null and written in ('pending', 'processing', 'completed', 'failed') then
          new.sync_status := case written when 'failed' then 'error' else written end;
        end if;
      end if;
  end case;
  return new;
end
