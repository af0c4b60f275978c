-- Letters that the import rules have still to look at: those that came to an importing account, and those that a change of its settings brings
-- in. Written in the transaction that stores the letter, so nothing is passed over by a kill.
create table import_todo (
  account_id bigint not null references account (id),
  message_id bigint not null references message (id),
  at bigint not null,
  primary key (account_id, message_id)
);
create index import_todo_of_message on import_todo (message_id);

-- The cause in a sentence about the letter, as it was when the rules looked at it.
alter table import_outcome add column why text collate "C" not null default '';
-- From which moment on letters were brought in; null = not yet.
alter table account_import add column filled_since bigint;

-- Lists of one state, in the order of the page.
create index import_outcome_listed on import_outcome (state, outcome, at, message_id, account_id);
create index import_outcome_assigned on import_outcome (assigned_to) where assigned_to is not null;

-- What could not be fetched, without looking at everything that was.
create index sighting_errored on sighting (folder_id, epoch, gone_at) where outcome = 'errored';
