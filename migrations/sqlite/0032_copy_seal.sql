-- The code of a copy's digest under the office's key, which is not in the database: octets and digest cannot be changed together unnoticed.
alter table copy add column seal blob;
