-- The last day on which a letter of an action may leave, the office's own (FC-29). Null = it goes on until somebody ends it.
alter table action add column last_day text collate "C";
