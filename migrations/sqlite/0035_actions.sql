-- The form that an action was planned with: sent twice, it plans one.
alter table action add column form_key text;
create unique index action_by_form on action (form_key) where form_key is not null;
