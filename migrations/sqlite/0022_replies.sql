-- Replies of agents and suppliers: who they are, which accounts import their letters under which rules, what became of each letter,
-- where what was not imported waits, and to whom it may be forwarded.

-- TP-39, TP-40: the kinds of contact that an office keeps, such as Reservations or Accounts.
create table contact_type (
  id integer primary key autoincrement,
  name text not null,
  constraint contact_type_name_taken unique (name)
) strict;
insert into contact_type (name) values ('Reservations'), ('Accounts'), ('Sales'), ('Operations');

-- What a party of the kind 'contact' has beside its name and up to three addresses, all of the person 'self'. Its code is made up: contacts
-- are told apart by name, company and side.
create table contact (
  party_id integer not null primary key references party (id),
  side text not null check (side in ('agent', 'supplier')),
  contact_type_id integer not null references contact_type (id),
  company text not null default ''
) strict;
create index contact_by_type on contact (contact_type_id, side);

-- TP-38: queue destinations. The first is built in and cannot be removed (O24).
create table queue (
  id integer primary key autoincrement,
  name text not null,
  constraint queue_name_taken unique (name)
) strict;
insert into queue (id, name) values (1, 'Email Management');

-- TP-37, TP-38: an account whose replies are imported; no queue = the built-in one. Letters stored before `since` are left alone.
create table account_import (
  account_id integer not null primary key references account (id),
  is_on integer not null check (is_on in (0, 1)),
  queue_id integer references queue (id),
  since integer not null,
  -- Counted up by each change of what decides about this account's letters, so that an outcome tells which rules it came from.
  rules integer not null default 1
) strict;

-- TP-39, TP-40: the types to import replies from.
create table account_import_type (
  account_id integer not null references account (id),
  side text not null check (side in ('agent', 'supplier')),
  contact_type_id integer not null references contact_type (id),
  primary key (account_id, side, contact_type_id)
) strict, without rowid;

-- TP-41, TP-42: the only addresses that letters of this account may be forwarded to. In the spelling of table address.
create table account_forward (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  address text not null,
  name text not null,
  constraint account_forward_taken unique (account_id, address)
) strict;

-- What the rules made of each letter of an importing account; beside the ledger, never instead of it.
create table import_outcome (
  account_id integer not null references account (id),
  message_id integer not null references message (id),
  at integer not null,
  rules integer not null,
  outcome text not null check (outcome in ('imported', 'queued', 'left_out')),
  -- Why, as a word that the pages turn into a sentence.
  cause text not null,
  party_id integer references party (id),
  contact_type_id integer references contact_type (id),
  -- The letter that this one answers, and how that is known.
  answers integer references message (id),
  answers_by text not null default '' check (answers_by in ('', 'references', 'own_letter', 'suggested')),
  queue_id integer references queue (id),
  -- For queued ones: waiting, or closed by somebody.
  state text not null check (state in ('none', 'waiting', 'done')),
  assigned_to integer references app_user (id),
  closed_by integer references app_user (id),
  closed_at integer,
  closed_how text check (closed_how in ('filed', 'forwarded', 'discarded', 'imported')),
  closed_reason text not null default '',
  primary key (account_id, message_id)
) strict, without rowid;
create index import_outcome_waiting on import_outcome (queue_id, cause, at, message_id) where state = 'waiting';
create index import_outcome_of_message on import_outcome (message_id);
create index import_outcome_answers on import_outcome (answers) where answers is not null;
create index import_outcome_of_party on import_outcome (party_id) where party_id is not null;

-- A letter that was forwarded (TP-42): its way is the outbox's.
create table forward (
  outbox_id integer not null primary key references outbox (id),
  account_id integer not null references account (id),
  message_id integer not null references message (id),
  address text not null,
  is_inline integer not null check (is_inline in (0, 1)),
  note text not null,
  by_user integer references app_user (id),
  at integer not null
) strict;
create index forward_of_message on forward (message_id);
create index forward_of_account on forward (account_id, at);
