-- A copy of a sent letter that we append to the mailbox ourselves: a lease, a plan of tries, and what the server said last.
alter table outbox add column append_tries integer not null default 0;
alter table outbox add column append_next_at integer not null default 0;
alter table outbox add column append_until integer not null default 0;
alter table outbox add column append_said text not null default '';
create index outbox_append_due on outbox (append_next_at) where append_state = 'due';
