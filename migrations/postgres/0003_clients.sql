-- Every code that leads to a client: its own, and those of clients that were merged into it. Folded (capitals, width, blanks), so that
-- two codes that differ only so are one. Rows of before are folded when the store is opened: SQL cannot do it for all scripts.
create table client_code (
  code_key text collate "C" not null,
  code text collate "C" not null,
  party_id bigint not null references party (id),
  constraint client_code_taken primary key (code_key)
);
create index client_code_by_party on client_code (party_id);

-- A client that was merged into another: the row stays for what points to it, but stands in no list.
create table client_merged (
  party_id bigint not null primary key references party (id),
  into_id bigint not null references party (id),
  at bigint not null
);
create index client_merged_into on client_merged (into_id);
