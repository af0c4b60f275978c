-- Letters whose server names them by text (POP3's UIDL, Graph's ids): we number them, so that sightings keep their whole numbers.
create table remote_id (
  folder_id bigint not null references folder (id),
  epoch bigint not null,
  uid bigint not null,
  name text not null,
  -- When we were about to ask the server to delete the letter, if ever (O8).
  delete_asked_at bigint,
  primary key (folder_id, epoch, uid),
  unique (folder_id, epoch, name)
);

-- POP3: letters are deleted on the server so many days after they were stored; null = never (O8).
alter table account add column delete_after_days bigint check (delete_after_days between 0 and 36500);
