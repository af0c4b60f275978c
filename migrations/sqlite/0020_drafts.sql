-- Letters being written, each its author's alone, and the texts that letters are made from (FN-15).
create table draft (
  id integer primary key autoincrement,
  user_id integer not null references app_user (id),
  -- Whose history it is written from, and what it answers.
  party_id integer references party (id),
  answers integer references message (id),
  mode text not null check (mode in ('new', 'reply', 'reply_all', 'forward')),
  -- The letter's own choice of a service; null = the office chooses. It may be gone by now:
  -- then the ladder says so, and nothing leaves in another name.
  service_id integer,
  sender text not null,
  reply_to text not null,
  to_list text not null,
  cc_list text not null,
  bcc_list text not null,
  subject text not null,
  body text not null,
  html text not null,
  updated_at integer not null,
  -- Counts changes: a second browser that knows an earlier one is told, and overwrites nothing.
  version integer not null,
  -- Where it went; until it has left, it can come back.
  outbox_id integer references outbox (id)
) strict;
create index draft_of_user on draft (user_id, updated_at);

create table draft_attachment (
  id integer primary key autoincrement,
  draft_id integer not null references draft (id),
  name text not null,
  kind text not null,
  size integer not null,
  digest blob not null,
  -- zstd-compressed.
  bytes blob not null
) strict;
create index draft_attachment_of on draft_attachment (draft_id);

create table document_text (
  id integer primary key autoincrement,
  name text not null,
  -- The version in use.
  version integer not null,
  constraint document_text_name_taken unique (name)
) strict;

create table document_text_version (
  text_id integer not null references document_text (id),
  version integer not null,
  subject text not null,
  body text not null,
  by_name text not null,
  at integer not null,
  primary key (text_id, version)
) strict, without rowid;
