-- What other systems use: tokens of the JSON API, answers that were given once, webhooks and their deliveries.

-- A token stands for a system, never for a person. Its word is shown once; here is its SHA-256.
create table api_token (
  id integer primary key autoincrement,
  name text not null,
  token_hash blob not null,
  -- What it may do: words with spaces between.
  scopes text not null,
  -- Clients of this cost centre alone; null = every client.
  cost_centre_id integer references cost_centre (id),
  -- FC-31: what its letters leave through. It may be gone by now: then the ladder says so, and nothing leaves in another name.
  web_configuration_id integer,
  created_at integer not null,
  created_by text not null,
  used_at integer,
  expires_at integer,
  revoked_at integer,
  constraint api_token_name_taken unique (name)
) strict;
create unique index api_token_by_hash on api_token (token_hash);

-- What was asked under an idempotency key, and the letter it made: the same key never makes a second one.
create table api_request (
  token_id integer not null references api_token (id),
  idempotency_key text not null,
  request_hash blob not null,
  -- No foreign key: the answer outlives the letter.
  letter integer not null,
  at integer not null,
  primary key (token_id, idempotency_key)
) strict, without rowid;
create index api_request_by_age on api_request (at);

-- Addresses of other systems that are told what happens.
create table webhook (
  id integer primary key autoincrement,
  url text not null,
  -- Sealed.
  secret blob,
  -- What it is told: words with spaces between.
  events text not null,
  -- About clients of this cost centre alone; null = about all.
  cost_centre_id integer references cost_centre (id),
  is_on integer not null check (is_on in (0, 1)),
  -- Why it was switched off by itself; empty = it was not.
  stopped text not null default '',
  created_at integer not null,
  created_by text not null,
  -- Letters up to this number were here before it, and are not told.
  letters_from integer not null,
  -- How far letters and the audit trail were looked at.
  letter_mark integer not null,
  event_mark integer not null
) strict;

create table webhook_delivery (
  id integer primary key autoincrement,
  webhook_id integer not null references webhook (id),
  -- The same for every try: whoever gets it twice knows it by this.
  event_id text not null,
  kind text not null,
  body text not null,
  at integer not null,
  tries integer not null default 0,
  -- Null = settled.
  next_at integer,
  state text not null check (state in ('waiting', 'delivered', 'given_up')),
  -- The other side's last answer: its status (0 = none), and what it or we said.
  status integer not null default 0,
  answer text not null default '',
  answered_at integer,
  claimed_by text,
  claimed_until integer not null default 0,
  constraint webhook_delivery_once unique (webhook_id, event_id)
) strict;
create index webhook_delivery_due on webhook_delivery (next_at) where next_at is not null;
create index webhook_delivery_newest on webhook_delivery (webhook_id, id);
create index webhook_delivery_by_age on webhook_delivery (at);

-- What is told of letters that left and came back is looked for by these.
create index outbox_by_sent_at on outbox (sent_at) where sent_at is not null;
create index outbox_by_bounced_at on outbox (bounced_at) where bounced_at is not null;
