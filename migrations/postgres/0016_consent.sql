-- Where a person says yes in the browser, when that is another server than the one that hands out tokens (Google's are two); empty =
-- the same.
alter table application add column consent_server text not null default '';
