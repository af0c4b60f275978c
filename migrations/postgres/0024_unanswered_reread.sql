-- Letters of which somebody said that they need no answer (S19): the party's last word until a newer one comes.
create table unanswered_aside (
  party_id bigint not null primary key references party (id),
  message_id bigint not null references message (id),
  by_user bigint references app_user (id),
  at bigint not null
);
create index unanswered_aside_of on unanswered_aside (message_id);

-- Reading stored letters again (S16): one at a time; the letters' bytes are never changed. What would change is kept as figures only.
create table reread (
  id bigint primary key check (id = 1),
  parser bigint not null,
  state text collate "C" not null check (state in ('looking', 'ready', 'accepting', 'done')),
  -- Letters up to this id are through; the last one when it began.
  next bigint not null,
  last bigint not null,
  looked bigint not null default 0,
  changed bigint not null default 0,
  began_at bigint not null,
  principal text collate "C" not null
);

create table reread_change (
  message_id bigint not null primary key references message (id),
  what text collate "C" not null,
  figures text collate "C" not null
);
create index message_by_parser on message (parser_version);
