-- Accounts of other kinds than IMAP. SQLite changes no check of a column, so the column is made anew.
alter table account add column spoken text not null default 'imap' check (spoken in ('imap', 'pop3', 'graph', 'archive'));
update account set spoken = protocol;
alter table account drop column protocol;
alter table account rename column spoken to protocol;
