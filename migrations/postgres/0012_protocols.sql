-- Accounts of other kinds than IMAP.
alter table account drop constraint account_protocol_check;
alter table account add constraint account_protocol_check check (protocol in ('imap', 'pop3', 'graph', 'archive'));
