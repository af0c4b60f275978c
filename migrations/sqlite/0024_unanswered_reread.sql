-- Letters of which somebody said that they need no answer (S19): the party's last word until a newer one comes.
create table unanswered_aside (
  party_id integer not null primary key references party (id),
  message_id integer not null references message (id),
  by_user integer references app_user (id),
  at integer not null
) strict;
create index unanswered_aside_of on unanswered_aside (message_id);

-- Reading stored letters again (S16): one at a time; the letters' bytes are never changed. What would change is kept as figures only.
create table reread (
  id integer primary key check (id = 1),
  parser integer not null,
  state text not null check (state in ('looking', 'ready', 'accepting', 'done')),
  -- Letters up to this id are through; the last one when it began.
  next integer not null,
  last integer not null,
  looked integer not null default 0,
  changed integer not null default 0,
  began_at integer not null,
  principal text not null
) strict;

create table reread_change (
  message_id integer not null primary key references message (id),
  what text not null,
  figures text not null
) strict;
create index message_by_parser on message (parser_version);
