-- Which deed of the audit trail merged a client into another: what stood on both files before it is known by that number.
alter table client_merged add column deed integer not null default 0;
