-- Full text (tsvector). Words arrive folded and split (both databases index the same tokens): weights A subject, B people, C files, D body.
create table search (
  message_id bigint not null primary key references message (id),
  words tsvector not null
);
create index search_words on search using gin (words);
