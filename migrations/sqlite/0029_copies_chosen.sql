-- Whether somebody chose where copies of sent letters go. Sending sides of before were never asked.
alter table sending add column copies_chosen integer not null default 0;
