-- People, cost centres, accounts and folders; letters, copies and sightings; clients and their addresses; the audit trail.
-- Times are UTC milliseconds, truth is 0 or 1. The folder `postgres` holds the same tables; a test compares the two.

create table setting (
  name text not null primary key,
  value text not null
) strict;

create table cost_centre (
  id integer primary key autoincrement,
  name text not null,
  constraint cost_centre_name_taken unique (name)
) strict;

create table app_user (
  id integer primary key autoincrement,
  email text not null,
  name text not null,
  role text not null check (role in ('administrator', 'staff')),
  password_hash text not null,
  disabled integer not null default 0,
  created_at integer not null,
  last_sign_in integer,
  constraint user_email_taken unique (email)
) strict;

create table user_cost_centre (
  user_id integer not null references app_user (id),
  cost_centre_id integer not null references cost_centre (id),
  primary key (user_id, cost_centre_id)
) strict;

create table user_permission (
  user_id integer not null references app_user (id),
  permission text not null,
  primary key (user_id, permission)
) strict;

create table session (
  token_hash blob not null primary key,
  user_id integer not null references app_user (id),
  created_at integer not null,
  seen_at integer not null,
  address text not null,
  agent text not null
) strict;

-- Tries at sign-in and other guarded doors, by bucket ("account:…", "address:…").
create table attempt (
  id integer primary key autoincrement,
  bucket text not null,
  at integer not null
) strict;
create index attempt_by_bucket on attempt (bucket, at);

-- Every address ever seen in a letter, on a client's file or as an account's own, in its one spelling.
create table address (
  id integer primary key autoincrement,
  address text not null unique,
  is_own integer not null default 0
) strict;

create table account (
  id integer primary key autoincrement,
  name text not null,
  description text not null default '',
  protocol text not null check (protocol in ('imap')),
  preset text not null,
  address text not null,
  server text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('auto', 'none', 'starttls', 'tls')),
  user_name text not null,
  secret blob,
  timeout_seconds integer not null,
  connection_limit integer,
  pinned_fingerprint text,
  allow_clear_text integer not null default 0,
  -- Tested by somebody who may reach private addresses and any port (an administrator, the console).
  reach_anywhere integer not null default 0,
  owner_id integer references app_user (id),
  state text not null check (state in ('draft', 'enabled', 'paused', 'disabled')),
  tested integer not null default 0,
  refusals integer not null default 0,
  refused_at integer,
  collected_at integer,
  next_at integer,
  error_text text,
  error_verdict text,
  diagnosis text,
  hands_off text not null default '{}',
  created_at integer not null,
  claimed_by text,
  claimed_until integer not null default 0,
  constraint account_name_taken unique (name),
  -- Clear text only with the recorded consent (O2).
  constraint clear_text_needs_consent check (security <> 'none' or allow_clear_text = 1)
) strict;

-- TP-06, I11: the name is what schedules and people refer to.
create trigger account_name_never_changes before update of name on account
when old.name <> new.name
begin
  select raise(abort, 'account_name_never_changes');
end;

create table account_share (
  account_id integer not null references account (id),
  user_id integer not null references app_user (id),
  primary key (account_id, user_id)
) strict;

create table folder (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  raw_name text not null,
  name text not null,
  role text,
  selectable integer not null,
  selected integer not null default 0,
  gone integer not null default 0,
  letters integer not null default 0,
  uid_validity integer,
  -- Counts the server's numberings: a new one whenever UIDVALIDITY changes or is missing, or the account moves to another server.
  epoch integer not null default 0,
  uid_next integer,
  modseq integer,
  counted integer,
  counted_at integer,
  -- The last time every id was listed; between censuses, unchanged counts are believed.
  census_at integer,
  -- UIDs the server listed at the last census that were not accounted for then, parted by commas; the first hundreds.
  missing text not null default '',
  unique (account_id, raw_name)
) strict;

create table message (
  id integer primary key autoincrement,
  identity blob not null unique,
  identity_version integer not null,
  parser_version integer not null,
  message_id text not null,
  -- First eight octets of the SHA-256 of the whole Message-ID, 0 when there is none: the header itself is no index key (P8).
  message_key integer not null,
  subject text not null,
  preview text not null,
  date integer not null,
  date_header text not null,
  received_at integer,
  date_looks_wrong integer not null,
  from_id integer references address (id),
  from_name text not null,
  attachments integer not null,
  has_html integer not null,
  remote_content integer not null,
  is_bounce integer not null,
  is_automatic integer not null,
  unreadable text,
  remarks text not null,
  size integer not null
) strict;
create index message_by_key on message (message_key) where message_key <> 0;
create index message_by_date on message (date desc, id desc);

create table message_address (
  message_id integer not null references message (id),
  role integer not null,
  address_id integer not null references address (id),
  position integer not null,
  name text not null,
  date integer not null,
  primary key (message_id, role, address_id)
) strict, without rowid;
-- Newest letters of an address without reading the rest.
create index message_address_newest on message_address (address_id, date desc, message_id desc);

-- The text that is searched and snipped, zstd-compressed.
create table message_text (
  message_id integer not null primary key references message (id),
  body blob not null,
  files text not null
) strict;

-- Letters not searchable yet.
create table search_todo (
  message_id integer not null primary key references message (id)
) strict;

-- Raw bytes as seen somewhere; where they lie in the packs.
create table copy (
  id integer primary key autoincrement,
  digest blob not null unique,
  message_id integer not null references message (id),
  size integer not null,
  pack text not null,
  at integer not null,
  stored integer not null
) strict;
create index copy_by_message on copy (message_id);

create table sighting (
  folder_id integer not null references folder (id),
  epoch integer not null,
  uid integer not null,
  copy_id integer references copy (id),
  message_id integer references message (id),
  outcome text not null check (outcome in ('filed', 'elsewhere', 'excluded', 'errored')),
  reason text not null,
  attempts integer not null default 1,
  size integer not null,
  seen_at integer not null,
  gone_at integer,
  primary key (folder_id, epoch, uid)
) strict, without rowid;
create index sighting_by_message on sighting (message_id, folder_id);

create table party (
  id integer primary key autoincrement,
  kind text not null check (kind in ('client', 'contact')),
  code text not null,
  name text not null,
  -- Code and name in lower case (all scripts, which the databases' own lower() does not do): for order and search.
  sort_name text not null,
  search_text text not null,
  cost_centre_id integer references cost_centre (id),
  created_at integer not null,
  constraint party_code_taken unique (kind, code)
) strict;

create table party_address (
  party_id integer not null references party (id),
  person text not null check (person in ('self', 'partner')),
  slot integer not null check (slot between 1 and 3),
  address_id integer not null references address (id),
  valid_from integer,
  valid_to integer,
  primary key (party_id, person, slot)
) strict;
create index party_by_name on party (kind, sort_name, id);
create index party_by_address on party_address (address_id);

-- A person's decision that a letter belongs, or does not belong, to a party.
create table filing (
  message_id integer not null references message (id),
  party_id integer not null references party (id),
  decision text not null check (decision in ('belongs', 'keep_off')),
  by_user integer references app_user (id),
  at integer not null,
  reason text not null,
  primary key (message_id, party_id)
) strict;
create index filing_by_party on filing (party_id);

-- The audit trail: each entry's code covers the entry and the code before it.
create table event (
  seq integer not null primary key,
  at integer not null,
  principal text not null,
  action text not null,
  subject text not null,
  detail text not null,
  mac blob not null
) strict;

create table audit_head (
  id integer not null primary key check (id = 1),
  seq integer not null,
  mac blob not null
) strict;
insert into audit_head (id, seq, mac) values (1, 0, x'');
