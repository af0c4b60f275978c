-- Letters of which somebody said that they need no answer (S19): the party's last word until a newer one comes.
create table unanswered_aside (
  party_id integer not null primary key references party (id),
  message_id integer not null references message (id),
  by_user integer references app_user (id),
  at integer not null
) strict;
create index unanswered_aside_of on unanswered_aside (message_id);
