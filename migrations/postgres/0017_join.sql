-- Who asked to read a mailbox that the office collects already, and what came of it ('' = nobody has answered yet).
create table join_request (
  account_id bigint not null references account (id),
  user_id bigint not null references app_user (id),
  asked_at bigint not null,
  answer text collate "C" not null default '' check (answer in ('', 'shared', 'declined')),
  answered_at bigint,
  primary key (account_id, user_id)
);
create index join_request_by_user on join_request (user_id);
