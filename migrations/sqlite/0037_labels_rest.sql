-- How often in a row a server refused to tell the labels of a folder, and until when it is not asked any more (0 = it is).
alter table label_mark add column refused integer not null default 0;
alter table label_mark add column rest_until integer not null default 0;
