-- The answers of requests that carried a request id (AIP-155), kept for repeats. That a request is recorded once is kept by
-- an advisory lock taken before the look-up: the key includes `at` only because a partitioned table asks for it.
create table request_ids (
  principal text not null,
  rpc text not null,
  request_id uuid not null,
  fingerprint bytea not null,
  response bytea not null,
  at timestamptz not null default now(),
  primary key (principal, rpc, request_id, at)
) partition by range (at);

select maintain_partitions('request_ids', 'day', 2, null);
