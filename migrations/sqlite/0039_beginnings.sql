-- How words begin, in a table of its own that knows no places: the lists that `prefix` made hold every word with its place a second and a
-- third time, which was half of the index and a third of its work. A beginning has one to three letters; those of one field stand there a
-- second time with its mark (`s_`, `f_`, `t_`, `n_`).
drop table search;
create virtual table search using fts5 (subject, senders, recipients, files, body, marks, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
create virtual table search_beginning using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
insert into search_todo (message_id) select id from message where id not in (select message_id from search_todo);
