-- Labels of letters at Google, where a letter lies in one folder and carries labels instead of lying in many (P11).
create table label (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  name text not null,
  constraint label_name_taken unique (account_id, name)
) strict;

create table letter_label (
  folder_id integer not null references folder (id),
  epoch integer not null,
  uid integer not null,
  label_id integer not null references label (id),
  primary key (folder_id, epoch, uid, label_id)
) strict, without rowid;
create index letter_label_by_label on letter_label (label_id, folder_id, epoch, uid);

-- How far the labels of a folder were followed: up to this change count of this numbering.
create table label_mark (
  folder_id integer not null primary key references folder (id),
  epoch integer not null,
  modseq integer,
  at integer not null
) strict;

-- People on their way to a provider's sign-in and back (RFC 6749): known by the digest of their state, bound to the session that began
-- and to one account, used once. The verifier, and the address
-- that holds the state, are sealed.
-- They last for minutes and are in no backup.
create table sign_in_trip (
  state_hash blob not null primary key,
  session_hash blob not null,
  account_id integer not null,
  sign_in_server text not null,
  consent_server text not null,
  tenant text not null,
  client_id text not null,
  verifier blob not null,
  redirect text not null,
  url blob not null,
  expires_at integer not null,
  constraint sign_in_trip_begun_twice unique (session_hash, account_id)
) strict;
create index sign_in_trip_by_expiry on sign_in_trip (expires_at);

-- Who has a letter of Email Management open: one letter for each person, for two minutes. Nothing holds a letter or an account back
-- because somebody looks.
create table letter_look (
  user_id integer not null primary key references app_user (id),
  account_id integer not null,
  message_id integer not null,
  expires_at integer not null
) strict;
create index letter_look_by_letter on letter_look (account_id, message_id);

-- POP3: what does not change in a letter's head, as a digest: a server may give a name, with the same number of octets, to another letter
-- (P35, RFC 1939).
alter table remote_id add column head text;
