-- Whether the person who signed in at the provider permitted sending, too; and whether a sign-in that is under way asks for it.
alter table application add column sends bigint not null default 0 check (sends in (0, 1));
alter table sign_in_trip add column sends bigint not null default 0 check (sends in (0, 1));
