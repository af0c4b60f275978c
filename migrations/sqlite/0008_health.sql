-- Sums of the ledger, account names known whatever their case, collections on record, and the ledger's daily statements.

-- Letters of a folder's current numbering by outcome, kept beside the sightings so that a list of accounts reads sums, not rows.
-- Renewed from the sightings by every census; made anew by a restore.
create table ledger_sum (
  folder_id integer not null primary key references folder (id),
  epoch integer not null,
  filed integer not null,
  elsewhere integer not null,
  excluded integer not null,
  errored integer not null
) strict;
insert into ledger_sum (folder_id, epoch, filed, elsewhere, excluded, errored)
select f.id, f.epoch,
  coalesce(sum(case when s.outcome = 'filed' then 1 else 0 end), 0), coalesce(sum(case when s.outcome = 'elsewhere' then 1 else 0 end), 0),
  coalesce(sum(case when s.outcome = 'excluded' then 1 else 0 end), 0), coalesce(sum(case when s.outcome = 'errored' then 1 else 0 end), 0)
from folder f left join sighting s on s.folder_id = f.id and s.epoch = f.epoch and s.gone_at is null
group by f.id, f.epoch;

-- The list behind a number of the ledger, and its count.
create index sighting_by_outcome on sighting (folder_id, epoch, outcome, uid) where gone_at is null;
-- Letters seen of which no bytes are held: drafts and refusals, few in any mailbox.
create index sighting_without_copy on sighting (folder_id, epoch) where copy_id is null;

-- Names in one spelling: two that differ only by case are one name.
create table account_name (
  folded text not null,
  account_id integer not null references account (id),
  primary key (account_id),
  constraint account_name_known unique (folded)
) strict;
insert or ignore into account_name (folded, account_id) select lower(name), id from account order by id;

-- Collections that ended, for some months.
create table collection (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  started_at integer not null,
  ended_at integer not null,
  filed integer not null,
  -- Letters missing when it ended.
  missing integer not null,
  stopped integer not null default 0,
  error_text text,
  error_verdict text
) strict;
create index collection_by_account on collection (account_id, ended_at desc, id desc);

-- Statements of an account's ledger, kept for ever. `lines` are the numbers of each folder as JSON; its digest stands in the audit trail.
create table statement (
  id integer primary key autoincrement,
  account_id integer not null references account (id),
  -- The office's day, when it is the daily one.
  day text,
  at integer not null,
  asked_by text not null,
  lines text not null,
  event_seq integer not null,
  constraint statement_of_the_day unique (account_id, day)
) strict;
create index statement_by_account on statement (account_id, at desc, id desc);
