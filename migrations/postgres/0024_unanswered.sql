-- Letters of which somebody said that they need no answer (S19): the party's last word until a newer one comes.
create table unanswered_aside (
  party_id bigint not null primary key references party (id),
  message_id bigint not null references message (id),
  by_user bigint references app_user (id),
  at bigint not null
);
create index unanswered_aside_of on unanswered_aside (message_id);
