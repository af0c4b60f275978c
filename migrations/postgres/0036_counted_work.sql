-- How far down the labels of a folder are known while they are followed for the first time (ids below that are still to be asked for;
-- null = all are known), and how often the server's answer about the next ones could not be read.
alter table label_mark add column down_to bigint;
alter table label_mark add column tries bigint not null default 0;
