-- Letters that could not be read again, or not be written (S16): each is tried a few times and then left as it is; why is kept as a word.
create table reread_trouble (
  message_id bigint not null primary key references message (id),
  tries bigint not null,
  why text collate "C" not null check (why in ('octets', 'reader', 'writing'))
);
