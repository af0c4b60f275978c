-- Accounts that are on their way out together with their letters. That goes in short steps, so it is a job: claimed by lease, gone on with
-- after a kill. Until it is through the account is there, and nothing can be done with it.
create table removal (
  account_id bigint primary key references account (id),
  mailbox_id bigint not null references removed_mailbox (id),
  -- Letters the account had when it began, and those looked at since; of these, the ones that only it had are removed.
  letters bigint not null,
  done bigint not null default 0,
  removed bigint not null default 0,
  began_at bigint not null,
  -- Who asked for it, and what the trail is told at the end.
  principal text collate "C" not null,
  detail text collate "C" not null,
  claimed_by text collate "C",
  claimed_until bigint not null default 0
);
-- A letter that is removed must not be looked for in everything that was sent (foreign keys).
create index outbox_by_answers on outbox (answers) where answers is not null;
create index outbox_by_filed_as on outbox (filed_as) where filed_as is not null;
create index outbox_by_bounced_by on outbox (bounced_by) where bounced_by is not null;
create index outbox_by_answered_by on outbox (answered_by) where answered_by is not null;

-- When a server last answered our wish to delete a letter, by a refusal or by a yes: one that still lists the letter is asked again a day later.
alter table remote_id add column delete_answered_at bigint;

-- A first listing that was not through: the page to go on with. What stands on the pages before it is stored.
create table remote_listing (
  folder_id bigint primary key references folder (id),
  epoch bigint not null,
  link text collate "C" not null
);
