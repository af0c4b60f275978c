-- When an account is collected: empty = as the office does, else "every 30" (minutes) or "at 08:00 12:30" (of the office's day).
alter table account add column schedule text not null default '';

-- Mailboxes whose account was deleted together with its letters. Their addresses stay the office's own: they decide the direction of
-- letters that others hold.
create table removed_mailbox (
  id integer primary key autoincrement,
  name text not null,
  server text not null,
  user_name text not null,
  address text not null,
  at integer not null
) strict;

-- Letters that went with them: the same mailbox, connected again, does not bring them back unasked (P36).
create table tombstone (
  mailbox_id integer not null references removed_mailbox (id),
  identity blob not null,
  primary key (mailbox_id, identity)
) strict, without rowid;
create index letter_read_by_message on letter_read (message_id);
-- A letter that is removed must be found in every account's list.
create index account_message_by_message on account_message (message_id);
-- A copy that is removed must not be looked for in every sighting (foreign key).
create index sighting_by_copy on sighting (copy_id) where copy_id is not null;
