-- Full text (FTS5). Words arrive folded and split (both databases index the same tokens), so the tokenizer has nothing left to decide.
create virtual table search using fts5 (subject, people, files, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
