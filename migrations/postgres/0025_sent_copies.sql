-- A copy of a sent letter that we append to the mailbox ourselves: a lease, a plan of tries, and what the server said last.
alter table outbox add column append_tries bigint not null default 0;
alter table outbox add column append_next_at bigint not null default 0;
alter table outbox add column append_until bigint not null default 0;
alter table outbox add column append_said text collate "C" not null default '';
create index outbox_append_due on outbox (append_next_at) where append_state = 'due';
