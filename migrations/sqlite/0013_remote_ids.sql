-- Letters whose server names them by text (POP3's UIDL, Graph's ids): we number them, so that sightings keep their whole numbers.
create table remote_id (
  folder_id integer not null references folder (id),
  epoch integer not null,
  uid integer not null,
  name text not null,
  -- When we were about to ask the server to delete the letter, if ever (O8).
  delete_asked_at integer,
  primary key (folder_id, epoch, uid),
  unique (folder_id, epoch, name)
) strict, without rowid;

-- POP3: letters are deleted on the server so many days after they were stored; null = never (O8).
alter table account add column delete_after_days integer check (delete_after_days between 0 and 36500);
