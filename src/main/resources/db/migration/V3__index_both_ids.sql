-- Look-ups name the tenant and another id. An index that holds both is cheaper than the primary key's prefix, the tenant
-- alone, even to a plan that was made while the table was almost empty; one that held the id only was not.
drop index approval_decision;
create index approval_decision on approval (decision_id, tenant_id, decision_seq);
drop index delivery_approval;
create index delivery_approval on delivery (approval_id, tenant_id);
