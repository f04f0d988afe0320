-- Finds writes by the ids that targets know them by, when those are to forget them.
create index decision_write_id on decision_write (write_id, tenant_id);
