-- A client application at a token server, by which an account signs in instead of by a password (O15, FC-13). Its secret is the
-- account's; the refresh token is sealed beside it.
create table application (
  account_id integer primary key references account (id),
  sign_in_server text not null,
  tenant text not null,
  client_id text not null,
  delegated integer not null check (delegated in (0, 1)),
  secret_expires_at integer,
  refresh blob,
  refreshed_at integer
) strict;

-- Where a service that lists changes said to go on (Graph's delta links). What is lost here is listed anew.
create table remote_cursor (
  folder_id integer primary key references folder (id),
  epoch integer not null,
  link text not null
) strict;
