-- How far down the labels of a folder are known while they are followed for the first time (ids below that are still to be asked for;
-- null = all are known), and how often the server's answer about the next ones could not be read.
alter table label_mark add column down_to bigint;
alter table label_mark add column tries bigint not null default 0;
-- What a server refused to tell was taken for told until now: all labels are asked for once more.
update label_mark set down_to = 4294967296;

-- The badge counts letters that need somebody on every page: it reads those, not all that left.
create index outbox_attention on outbox (queued_at)
  where settled_by = '' and (state in ('uncertain', 'refused') or bounced_at is not null or append_state = 'failed');
create index outbox_recipient_refused on outbox_recipient (outbox_id) where state = 'refused';
