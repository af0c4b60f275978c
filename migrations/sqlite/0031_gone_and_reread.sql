-- A contact that was deleted is gone as a party is that was merged into another, only into nobody: its row stays for what points to it
-- (decisions, outcomes, letters of the outbox), stands in no list, and can be put back.
create table party_gone (
  party_id integer not null primary key references party (id),
  into_id integer references party (id),
  at integer not null,
  deed integer not null default 0
) strict;
insert into party_gone (party_id, into_id, at, deed) select party_id, into_id, at, deed from client_merged;
drop table client_merged;
alter table party_gone rename to client_merged;
create index client_merged_into on client_merged (into_id);

-- What a letter referred to when it was put into its conversation, as one number: a newer reader that finds something else shows by it.
-- Null = put there before this was kept.
alter table message_thread add column refers integer;
