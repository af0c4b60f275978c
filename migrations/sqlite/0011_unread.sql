-- A letter from before somebody came counts as read for that person without a row here, so taking the mark off one has to be remembered: 1 = marked unread.
alter table letter_read add column unread integer not null default 0 check (unread in (0, 1));
