-- Whether somebody chose where copies of sent letters go. Sending sides of before were never asked.
alter table sending add column copies_chosen bigint not null default 0;
