-- Makes the partitions of a table that is partitioned by range of a timestamptz: from one unit (an hour or a day, in UTC)
-- before now to `ahead` units after it; and drops those whose rows are all older than `keep` units, unless keep is null.
--
-- A partition is built as a table of its own and then attached: that takes a lock which reads and writes of the parent
-- pass, while CREATE TABLE ... PARTITION OF would stop them. A drop does stop them for a moment; where it cannot have its
-- lock at once it is left for the next round.
--
-- There is no DEFAULT partition, and one that somebody made is refused: rows would gather in it unseen, it would block the
-- partition that ought to hold them, and no sweep would drop them. A row without a partition fails loudly instead.
create function maintain_partitions(parent regclass, unit text, ahead integer, keep integer)
returns table (action text, partition text)
language plpgsql as $$
declare
  step constant interval := case unit when 'hour' then interval '1 hour' when 'day' then interval '24 hours' end;
  pattern constant text := case unit when 'hour' then 'YYYYMMDDHH24' else 'YYYYMMDD' end;
  lower_bound timestamptz;
  child record;
begin
  if step is null then
    raise exception 'the unit of partitions is hour or day, not %', unit;
  end if;
  -- One instance at a time; the others find the work done.
  perform pg_advisory_xact_lock(hashtextextended('maintain_partitions ' || parent, 0));
  if exists (select from pg_partitioned_table where partrelid = parent and partdefid <> 0) then
    raise exception 'table % has a DEFAULT partition', parent;
  end if;

  for i in -1..ahead loop
    lower_bound := date_trunc(unit, now(), 'UTC') + i * step;
    select n.nspname as schema, c.relname || '_p' || to_char(lower_bound at time zone 'UTC', pattern) as name
      into child from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent;
    continue when to_regclass(format('%I.%I', child.schema, child.name)) is not null;
    execute format('create table %I.%I (like %s including all excluding identity)', child.schema, child.name, parent);
    execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)',
      parent, child.schema, child.name, lower_bound, lower_bound + step);
    action := 'created';
    partition := child.name;
    return next;
  end loop;

  if keep is null then
    return;
  end if;
  perform set_config('lock_timeout', '100ms', true);
  for child in
    select c.oid::regclass::text as name,
      substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz as upper_bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent
    order by upper_bound
  loop
    continue when child.upper_bound is null or child.upper_bound > now() - keep * step;
    begin
      execute format('drop table %s', child.name);
      action := 'dropped';
    exception when lock_not_available then
      action := 'busy';
    end;
    partition := child.name;
    return next;
  end loop;
end
$$;
