-- SQLite's index has a table of its own for how words begin; an index of PostgreSQL finds beginnings as it is.
select 1;
