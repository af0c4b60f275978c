-- The sending side of an account, and letters on their way out. SQLite changes no check of a column, so `protocol` is made anew.
alter table account add column spoken text not null default 'imap' check (spoken in ('imap', 'pop3', 'graph', 'archive', 'smtp'));
update account set spoken = protocol;
alter table account drop column protocol;
alter table account rename column spoken to protocol;

-- How an account sends. An account of protocol `smtp` has no collecting side: its own server, user name and secret are these. For
-- accounts that collect by IMAP or POP3 they stand here; one that collects by Graph sends by Graph.
create table sending (
  account_id integer primary key references account (id),
  transport text not null check (transport in ('smtp', 'graph')),
  server text not null default '',
  port integer not null default 587 check (port between 1 and 65535),
  security text not null default 'auto' check (security in ('auto', 'none', 'starttls', 'tls')),
  -- 'own' = by the user name and secret below, 'account' = as the collecting side does, 'none' = the server asks for none (FN-02).
  sign_in text not null check (sign_in in ('own', 'account', 'none')),
  user_name text not null default '',
  secret blob,
  pinned_fingerprint text,
  allow_clear_text integer not null default 0,
  timeout_seconds integer not null default 60,
  sender_name text not null,
  sender_address text not null,
  -- What becomes of a Sent copy: the server keeps one, we append one, or there is none.
  sent_copy text not null check (sent_copy in ('server', 'append', 'none')),
  -- When a test, or a code sent by letter (IT-21), proved that it sends; null = not yet.
  proven_at integer,
  -- Why nothing is sent through it now (credentials refused); empty = it sends.
  stopped text not null default '',
  stopped_at integer,
  -- Servers that say 550 for what passes (off unless asked for).
  retry_refusals integer not null default 0,
  is_system integer not null default 0 check (is_system in (0, 1)),
  constraint sending_clear_text_needs_consent check (security <> 'none' or allow_clear_text = 1)
) strict;
-- TP-09, I11: one system account.
create unique index sending_one_system on sending (is_system) where is_system = 1;

-- Letters on their way out. Bytes and Message-ID are fixed when the row is made, before the first octet leaves.
create table outbox (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  message_id text not null unique,
  message_key integer not null,
  digest blob not null,
  size integer not null,
  -- The letter, zstd-compressed; null once it is held as a copy (after definite acceptance).
  raw blob,
  sender text not null,
  subject text not null,
  -- Whose history it was written from, and what it answers.
  party_id integer references party (id),
  answers integer references message (id),
  by_user integer references app_user (id),
  principal text not null,
  -- 'person', 'action', 'api', 'code', 'notice'.
  origin text not null,
  cost_centre_id integer references cost_centre (id),
  -- Which rung of the ladder chose the account, and why, in words.
  trace text not null,
  -- Stops the double click.
  form_key text unique,
  state text not null check (state in ('held', 'queued', 'sending', 'body', 'sent', 'refused', 'deferred', 'uncertain', 'withdrawn')),
  -- The server's last answer, word for word, and ours in plain words.
  reply text not null default '',
  reason text not null default '',
  attempts integer not null default 0,
  queued_at integer not null,
  -- The plan of tries counts from here: from when it was handed over, or from when a person sent it again.
  tried_from integer not null,
  -- When it may leave (undo; a plan of retries); null = settled.
  next_at integer,
  sent_at integer,
  settled_at integer,
  settled_by text not null default '',
  -- The name the provider gave it.
  provider_id text not null default '',
  -- The letter in the histories.
  filed_as integer references message (id),
  seen_in_sent_at integer,
  append_state text not null default '' check (append_state in ('', 'due', 'done', 'failed')),
  bounced_at integer,
  bounced_by integer references message (id),
  answered_at integer,
  answered_by integer references message (id),
  claimed_by text,
  claimed_until integer not null default 0
) strict;
create index outbox_due on outbox (next_at) where next_at is not null;
create index outbox_leaving on outbox (claimed_until) where state in ('sending', 'body');
create index outbox_by_key on outbox (message_key);
create index outbox_newest on outbox (queued_at desc, id desc);
create index outbox_by_account on outbox (account_id, state);
-- Who may see a letter asks this; so does whoever looks for letters whose copy in Sent was not seen yet.
create index outbox_filed on outbox (filed_as) where filed_as is not null;
create index outbox_unseen on outbox (queued_at) where seen_in_sent_at is null;

create table outbox_recipient (
  outbox_id integer not null references outbox (id),
  position integer not null,
  role text not null check (role in ('to', 'cc', 'bcc')),
  address text not null,
  name text not null,
  state text not null check (state in ('waiting', 'accepted', 'refused', 'deferred', 'bounced')),
  reply text not null default '',
  at integer,
  primary key (outbox_id, position)
) strict, without rowid;

create index outbox_recipient_address on outbox_recipient (address);

create table outbox_attempt (
  outbox_id integer not null references outbox (id),
  number integer not null,
  at integer not null,
  -- Where in the conversation it ended, and the server's words.
  stage text not null,
  outcome text not null,
  reply text not null,
  primary key (outbox_id, number)
) strict, without rowid;
