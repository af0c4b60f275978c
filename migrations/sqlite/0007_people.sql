-- People come by invitation, prove themselves with a second factor, and get a new password by a link.

-- Links that work once. Only the hash of the word in the link is kept.
create table one_time_link (
  id integer primary key autoincrement,
  purpose text not null check (purpose in ('invitation', 'reset')),
  token_hash blob not null unique,
  -- Whose password is set anew; null for an invitation.
  user_id integer references app_user (id),
  email text not null,
  name text not null,
  role text not null check (role in ('administrator', 'staff')),
  -- Ids, parted by blanks: what the invited person will belong to.
  cost_centres text not null,
  made_by text not null,
  made_at integer not null,
  expires_at integer not null,
  used_at integer,
  revoked_at integer
) strict;

-- A second factor (RFC 6238): its secret, sealed; confirmed once a code was right.
create table user_factor (
  user_id integer not null primary key references app_user (id),
  secret blob not null,
  made_at integer not null,
  confirmed_at integer,
  -- The step of the last code taken: no code is taken twice.
  last_step integer not null default 0,
  -- Wrong codes since the last right one, and when the last of them came.
  failures integer not null default 0,
  failed_at integer not null default 0
) strict;

-- Recovery codes, hashed; each is taken once.
create table recovery_code (
  user_id integer not null references app_user (id),
  code_hash blob not null,
  used_at integer,
  primary key (user_id, code_hash)
) strict;

-- Sign-ins whose password was right and whose second step is still to come.
create table sign_in_step (
  token_hash blob not null primary key,
  user_id integer not null references app_user (id),
  created_at integer not null
) strict;

create index session_by_user on session (user_id);
create index event_by_subject on event (subject, seq);
create index event_by_principal on event (principal, seq);
