-- Senders, recipients and addresses become part of the index (`from:`, `to:` and `client:` fold like every other word), and entries
-- stand in the order of time: an entry's place is seconds since 1901 and, in the lowest 29 bits, its letter's id. Words of one field stand
-- there a second time with a mark nobody can type (`s_`, `f_`, `t_`, `n_`), addresses as `_a12`: so the index alone answers, without
-- looking at the entries again. Entries' words lie aside and uncompressed: the table itself stays narrow, which keeps common words quick.
drop table search;
create table search (
  place bigint not null primary key,
  words tsvector not null
);
alter table search alter column words set storage external;
alter table search set (toast_tuple_target = 128);
create index search_words on search using gin (words);
insert into search_todo (message_id) select id from message where id not in (select message_id from search_todo);

-- What a person chose for his or her own pages.
create table user_choice (
  user_id bigint not null references app_user (id),
  name text not null,
  value text not null,
  primary key (user_id, name)
);

-- Letters by place (`place!` in the store writes the same expression): what is asked for without words is found in the same order.
create index message_by_place on message (((case when date < -2147483648000 then 0 when date > 15032385535000 then 17179869183 else date / 1000 + 2147483648 end) * 536870912 + id % 536870912) desc);
