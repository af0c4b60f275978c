-- The form that an action was planned with: sent twice, it plans one.
alter table action add column form_key text;
create unique index action_by_form on action (form_key) where form_key is not null;

-- Lists of actions: those with days to come, paused or not, and days that are dealt with.
create index action_coming on action (next_at, id) where next_at is not null;
create index action_occurrence_settled on action_occurrence (settled_at, id);

-- What left by itself, for the bounds on it (P31).
create index outbox_by_itself on outbox (queued_at) where origin = 'action';
