-- What was changed, in the transaction that changed it: the source of change streams. Ids are drawn before commits, so a
-- reader goes by (xid, id) and takes only rows whose xid is below pg_snapshot_xmin(pg_current_snapshot()): none can
-- appear behind it any more.
create sequence changes_id as bigint;

create table changes (
  id bigint not null default nextval('changes_id'),
  at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  entity text not null,
  entity_id text not null,
  operation text not null check (operation in ('create', 'update', 'delete')),
  revision bigint not null,
  primary key (id, at)
) partition by range (at);

create index changes_stream on changes (xid, id);

select maintain_partitions('changes', 'day', 2, null);
