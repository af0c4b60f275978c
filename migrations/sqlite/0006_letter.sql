-- Letters of an account, each once however many folders it was seen in: newest first without looking at anybody else's letters.
-- Derived from the sightings, so a backup leaves both tables out and a restore makes them anew.
create table account_message (
  account_id integer not null references account (id),
  date integer not null,
  message_id integer not null references message (id),
  primary key (account_id, date, message_id)
) strict, without rowid;

-- How many those are: counting a million rows for a list of accounts would take longer than drawing the page.
create table account_letters (
  account_id integer not null primary key references account (id),
  letters integer not null
) strict, without rowid;

insert into account_message (account_id, date, message_id)
select distinct f.account_id, m.date, m.id from sighting s join folder f on f.id = s.folder_id join message m on m.id = s.message_id;

insert into account_letters (account_id, letters) select account_id, count(*) from account_message group by account_id;

-- What each person has opened (O7): Postroom's own mark; the flags on the mail server are never touched.
create table letter_read (
  user_id integer not null references app_user (id),
  message_id integer not null references message (id),
  at integer not null,
  primary key (user_id, message_id)
) strict, without rowid;
