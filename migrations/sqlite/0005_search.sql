-- Senders, recipients and addresses become part of the index (`from:`, `to:` and `client:` fold like every other word), and entries
-- stand in the order of time: an entry's rowid is its letter's place, seconds since 1901 and, in the lowest 29 bits, its id. So the newest
-- letters with a word are read first, and nothing is sorted. Column `marks` holds tokens that nobody can type (`_a12`: address 12).
drop table search;
create virtual table search using fts5 (subject, senders, recipients, files, body, marks, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'", prefix = '2 3');
insert into search_todo (message_id) select id from message where id not in (select message_id from search_todo);

-- What a person chose for his or her own pages.
create table user_choice (
  user_id integer not null references app_user (id),
  name text not null,
  value text not null,
  primary key (user_id, name)
) strict, without rowid;

-- Letters by place (`place!` in the store writes the same expression): what is asked for without words is found in the same order.
create index message_by_place on message (((case when date < -2147483648000 then 0 when date > 15032385535000 then 17179869183 else date / 1000 + 2147483648 end) * 536870912 + id % 536870912) desc);
