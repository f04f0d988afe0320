-- What each write does, in the one form that all forms of it have, so that it is known again under another key or in
-- another form. Null for writes that were begun before.
alter table decision_write add column action_digest bytea, add column purpose text;
