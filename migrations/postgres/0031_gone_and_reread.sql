-- A contact that was deleted is gone as a party is that was merged into another, only into nobody: its row stays for what points to it
-- (decisions, outcomes, letters of the outbox), stands in no list, and can be put back.
alter table client_merged alter column into_id drop not null;

-- What a letter referred to when it was put into its conversation, as one number: a newer reader that finds something else shows by it.
-- Null = put there before this was kept.
alter table message_thread add column refers bigint;
