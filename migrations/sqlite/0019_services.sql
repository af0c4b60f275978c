-- Who sends, through what: services of cost centres, overrides of people, what requests of other systems pick, senders, and addresses
-- that were proven.

-- A cost centre's use of an account's sending side (FC-01).
create table service (
  id integer primary key autoincrement,
  cost_centre_id integer not null references cost_centre (id),
  name text not null,
  account_id integer not null references account (id),
  is_default integer not null default 0 check (is_default in (0, 1)),
  constraint service_name_taken unique (cost_centre_id, name)
) strict;
-- FC-05: one default.
create unique index service_one_default on service (cost_centre_id) where is_default = 1;

-- FC-12, O12: one person uses another account for a service, whole, never field by field.
create table service_override (
  service_id integer not null references service (id),
  user_id integer not null references app_user (id),
  account_id integer not null references account (id),
  primary key (service_id, user_id)
) strict;

-- FC-31: what a request of another system picks; no service = the cost centre's default.
create table web_configuration (
  id integer primary key autoincrement,
  name text not null,
  cost_centre_id integer not null references cost_centre (id),
  service_id integer references service (id),
  constraint web_configuration_name_taken unique (name)
) strict;

-- FN-10 to FN-16: who a person is on the letters that he or she writes. Never inherited (FC-34).
create table sender (
  user_id integer primary key references app_user (id),
  name text not null,
  address text not null,
  job_title text not null default '',
  telephone text not null default '',
  field1 text not null default '',
  field2 text not null default '',
  field3 text not null default '',
  field4 text not null default '',
  field5 text not null default '',
  field6 text not null default '',
  may_send integer not null default 1 check (may_send in (0, 1))
) strict;

-- IT-22 to IT-26: addresses that a person, or an account, may be written under or answered to, once a code has proven them.
create table send_as (
  id integer primary key autoincrement,
  kind text not null check (kind in ('reply_to', 'from')),
  address text not null,
  user_id integer references app_user (id),
  account_id integer references account (id),
  code_hash blob,
  code_expires_at integer,
  code_tries integer not null default 0,
  sent_at integer,
  proven_at integer,
  constraint send_as_has_one_owner check ((user_id is null) <> (account_id is null))
) strict;
create unique index send_as_of_user on send_as (user_id, kind, address) where user_id is not null;
create unique index send_as_of_account on send_as (account_id, kind, address) where account_id is not null;
