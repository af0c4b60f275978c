-- Since when an account is disabled by itself: who answers for it is told of each time once.
alter table account add column disabled_at integer;
