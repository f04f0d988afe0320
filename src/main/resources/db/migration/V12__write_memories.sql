-- The memory by which a target was to remember the newest start of a write; null where it remembers nothing, and for
-- writes that were begun before that was asked: that such a target does not know them proves nothing.
alter table decision_write add column memory text;

-- Targets know each start of a write by its own id; a start that was given up can never take effect any more.
drop index decision_write_id;
create index decision_write_attempt on decision_write (attempt, tenant_id);
