-- Writes to data products: what humans granted, what was begun, and what was refused.

-- What a policy said of a write that was refused for it concerns that write only.
alter table decision_policy add column of_write boolean not null default false;

-- Each yes of a human. One of a single action is used up by the write that it let through.
create table decision_grant (
    tenant_id text not null,
    decision_id text not null,
    approval_id text not null,
    -- the proposed action as JSON; null when the approval covers the decision
    action text,
    action_digest bytea,
    -- where in the decision's trace it was given
    decision_seq int not null,
    write_id text,
    primary key (tenant_id, decision_id, approval_id),
    foreign key (tenant_id, decision_id) references decision
) with (fillfactor = 80);

insert into decision_grant (tenant_id, decision_id, approval_id, action, action_digest, decision_seq)
select tenant_id, decision_id, approval_id, proposed_action::text, action_digest, decision_seq
from approval where status = 'approved';

-- Each write that was begun. It holds no data: what was written is known by a digest only.
create table decision_write (
    tenant_id text not null,
    decision_id text not null,
    -- the event that tells of its first start, by which the target knows it
    write_id text not null,
    idempotency_key text,
    -- SHA-256 of the call's arguments: the same key with other arguments is an error
    request_digest bytea not null,
    product_id text not null,
    product_version int not null,
    -- started: under way, or the node that did it is gone; unknown: the target could not say what became of it
    status text not null check (status in ('started', 'executed', 'rolled_back', 'unknown')),
    -- the event that tells of its newest start
    attempt text not null,
    approval_id text,
    affected int,
    -- the event that tells of its end
    event_id text,
    primary key (tenant_id, decision_id, write_id),
    foreign key (tenant_id, decision_id) references decision
) with (fillfactor = 80);
create unique index decision_write_key on decision_write (decision_id, idempotency_key, tenant_id)
    where idempotency_key is not null;
create index decision_write_open on decision_write (decision_id) where status in ('started', 'unknown');

-- Each write that was refused, by request and reason, so that it is traced once, however often it is tried.
create table decision_refusal (
    tenant_id text not null,
    decision_id text not null,
    request_digest bytea not null,
    reason text not null,
    primary key (tenant_id, decision_id, request_digest, reason),
    foreign key (tenant_id, decision_id) references decision
);

grant select, insert, update on decision_grant, decision_write to tracemem_runtime;
grant select, insert on decision_refusal to tracemem_runtime;
