-- What stood on clients' files and was filed by hand, and when: a history can be shown as at a day. Triggers keep it, so that whoever
-- changes an address need not remember to. `since` and `until` are entries of the audit trail: of the deed that put the row there and of
-- the one that took it away (0 = before this was kept). No foreign keys: the past outlives what it tells of.
create table party_address_past (
  party_id integer not null,
  person text not null,
  slot integer not null,
  address_id integer not null,
  valid_from integer,
  valid_to integer,
  since integer not null,
  until integer
) strict;
create index party_address_past_by_party on party_address_past (party_id, since);

create table filing_past (
  message_id integer not null,
  party_id integer not null,
  decision text not null,
  by_user integer,
  at integer not null,
  reason text not null,
  since integer not null,
  until integer
) strict;
create index filing_past_by_party on filing_past (party_id, since);
create index filing_past_by_message on filing_past (message_id, party_id);

insert into party_address_past (party_id, person, slot, address_id, valid_from, valid_to, since)
select party_id, person, slot, address_id, valid_from, valid_to, 0 from party_address;
insert into filing_past (message_id, party_id, decision, by_user, at, reason, since)
select message_id, party_id, decision, by_user, at, reason, 0 from filing;

create trigger party_address_ends after delete on party_address
begin
  update party_address_past set until = coalesce((select seq from audit_head), 0) + 1
  where party_id = old.party_id and person = old.person and slot = old.slot and until is null;
end;

-- Taken off and put back by the same deed, it never ceased to stand there; standing there already (a restore), it does not begin anew.
create trigger party_address_begins after insert on party_address
begin
  update party_address_past set until = null
  where party_id = new.party_id and person = new.person and slot = new.slot and address_id = new.address_id
    and valid_from is new.valid_from and valid_to is new.valid_to and until = coalesce((select seq from audit_head), 0) + 1;
  insert into party_address_past (party_id, person, slot, address_id, valid_from, valid_to, since)
  select new.party_id, new.person, new.slot, new.address_id, new.valid_from, new.valid_to, coalesce((select seq from audit_head), 0) + 1
  where not exists (select 1 from party_address_past where party_id = new.party_id and person = new.person and slot = new.slot and until is null);
end;

create trigger party_address_changes after update on party_address
begin
  update party_address_past set until = coalesce((select seq from audit_head), 0) + 1
  where party_id = old.party_id and person = old.person and slot = old.slot and until is null;
  update party_address_past set until = null
  where party_id = new.party_id and person = new.person and slot = new.slot and address_id = new.address_id
    and valid_from is new.valid_from and valid_to is new.valid_to and until = coalesce((select seq from audit_head), 0) + 1;
  insert into party_address_past (party_id, person, slot, address_id, valid_from, valid_to, since)
  select new.party_id, new.person, new.slot, new.address_id, new.valid_from, new.valid_to, coalesce((select seq from audit_head), 0) + 1
  where not exists (select 1 from party_address_past where party_id = new.party_id and person = new.person and slot = new.slot and until is null);
end;

create trigger filing_ends after delete on filing
begin
  update filing_past set until = coalesce((select seq from audit_head), 0) + 1
  where message_id = old.message_id and party_id = old.party_id and until is null;
end;

create trigger filing_begins after insert on filing
begin
  insert into filing_past (message_id, party_id, decision, by_user, at, reason, since)
  select new.message_id, new.party_id, new.decision, new.by_user, new.at, new.reason, coalesce((select seq from audit_head), 0) + 1
  where not exists (select 1 from filing_past where message_id = new.message_id and party_id = new.party_id and until is null);
end;

create trigger filing_changes after update on filing
begin
  update filing_past set until = coalesce((select seq from audit_head), 0) + 1
  where message_id = old.message_id and party_id = old.party_id and until is null;
  insert into filing_past (message_id, party_id, decision, by_user, at, reason, since)
  values (new.message_id, new.party_id, new.decision, new.by_user, new.at, new.reason, coalesce((select seq from audit_head), 0) + 1);
end;

-- Filters of histories that somebody keeps under a name; `query` is what stands in the address bar.
create table saved_filter (
  id integer primary key autoincrement,
  user_id integer not null references app_user (id),
  name text not null,
  query text not null,
  constraint saved_filter_name_taken unique (user_id, name)
) strict;

-- Which conversation a letter belongs to: a key of the oldest Message-ID it refers to. Derived from the letters; a backup leaves it out.
create table message_thread (
  message_id integer not null primary key references message (id),
  thread integer not null
) strict;
create index message_by_thread on message_thread (thread);
