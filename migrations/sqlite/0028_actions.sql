-- Actions: letters that are made from a text on a date, once or again and again (FC-29).
create table action (
  id integer primary key autoincrement,
  -- Whom it is about, a client or a contact: one party for one action, never a list (FC-30).
  party_id integer not null references party (id),
  -- Null = the text was deleted; then its name of before stands beside.
  text_id integer references document_text (id),
  text_name text not null,
  recipients text not null check (recipients in ('self', 'partner', 'both')),
  -- 'send' = it leaves by itself, 'edit' = it waits until somebody opens it (FC-26).
  mode text not null check (mode in ('send', 'edit')),
  every text not null check (every in ('once', 'week', 'month', 'quarter', 'year')),
  -- Days and minutes are the office's own. A series counts from its first day, so that a 31st is one again after February.
  first_day text not null,
  time_of_day integer not null check (time_of_day between 0 and 1439),
  next_day text,
  -- Null = no day is left.
  next_at integer,
  state text not null check (state in ('active', 'paused', 'ended')),
  -- Why it is paused, when nobody paused it.
  note text not null default '',
  -- Who answers for it: who planned it, or changed it last.
  by_user integer not null references app_user (id),
  made_at integer not null
) strict;
create index action_due on action (next_at) where state = 'active';
create index action_of_party on action (party_id);

-- A day of an action that has come. There is one of each, so nothing leaves twice.
create table action_occurrence (
  id integer primary key autoincrement,
  action_id integer not null references action (id),
  day text not null,
  due_at integer not null,
  -- 'due' = leaves now, 'open' = waits to be opened, 'failed' = waits for a person.
  state text not null check (state in ('due', 'open', 'failed', 'done', 'given_up')),
  -- Why it failed, in words.
  reason text not null default '',
  -- The letter that somebody made of it, and where it went.
  draft_id integer references draft (id),
  outbox_id integer references outbox (id),
  tries integer not null default 0,
  settled_at integer,
  settled_by text not null default '',
  claimed_by text,
  claimed_until integer not null default 0,
  constraint action_occurrence_once unique (action_id, day)
) strict;
create index action_occurrence_by_state on action_occurrence (state, due_at, id);
create index action_occurrence_of_draft on action_occurrence (draft_id) where draft_id is not null;
create index action_occurrence_of_letter on action_occurrence (outbox_id) where outbox_id is not null;

-- Actions that a merger of two clients carried over: they go back when it is undone.
create table action_carried (
  action_id integer not null references action (id),
  from_id integer not null references party (id),
  into_id integer not null references party (id),
  primary key (action_id, from_id)
) strict, without rowid;
create index action_carried_into on action_carried (into_id);
