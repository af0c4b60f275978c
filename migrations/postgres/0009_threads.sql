-- Which conversation each Message-ID belongs to that any letter has or refers to, whether or not the letter called so is here: a parent that
-- comes late joins its answers. Derived from the letters, as message_thread is; a backup leaves both out.
create table thread_key (
  message_key bigint not null primary key,
  thread bigint not null
);
create index thread_key_by_thread on thread_key (thread);

-- Letters whose conversation is not known yet: those stored before conversations were kept, and those of a restore.
create table thread_todo (
  message_id bigint not null primary key references message (id)
);
insert into thread_todo (message_id) select id from message where id not in (select message_id from message_thread);
