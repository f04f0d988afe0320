-- The whole core schema. Every row carries its tenant and every primary key starts with it: that is
-- both the isolation and the shard key.

-- The running server works as the role tracemem_runtime, which exists before the migrations run. It may
-- insert and read events and nothing else about them.
do $$
begin
    execute format('grant usage on schema %I to tracemem_runtime', current_schema);
end
$$;

-- Tenants and who acts in them ------------------------------------------------------------------

create table tenant (
    tenant_id text primary key,
    name text not null,
    rejection_status text not null default 'aborted' check (rejection_status in ('aborted', 'rejected')),
    default_approval_route_id text,
    created_at timestamptz not null
);

create table agent (
    tenant_id text not null references tenant,
    agent_id text not null,
    name text not null,
    description text,
    status text not null default 'active' check (status in ('active', 'disabled')),
    -- {"request_approvals": true, "products": [{"product_id": "*", "purposes": ["*"]}], "policies": ["*"], "approval_routes": ["*"]}
    permissions jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, agent_id)
);
create unique index agent_name on agent (tenant_id, name) where deleted_at is null;

create table agent_key (
    tenant_id text not null,
    key_id text not null,
    agent_id text not null,
    name text,
    -- the first characters, shown in lists so that a person can tell keys apart; never enough to use
    prefix text not null,
    key_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    primary key (tenant_id, key_id),
    foreign key (tenant_id, agent_id) references agent
);
-- not unique: a unique index would have to start with the tenant, which a caller does not tell us
create index agent_key_hash on agent_key (key_hash);
create index agent_key_agent on agent_key (tenant_id, agent_id);

create table user_account (
    tenant_id text not null references tenant,
    user_id text not null,
    email text not null,
    name text not null,
    role text not null check (role in ('owner', 'admin', 'approver', 'auditor')),
    password_hash text,
    status text not null default 'active' check (status in ('active', 'disabled')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_login_at timestamptz,
    primary key (tenant_id, user_id)
);
create unique index user_account_email on user_account (tenant_id, lower(email));
create index user_account_login on user_account (lower(email));

-- Secrets, apart from the configuration they belong to ---------------------------------------------

create table secret (
    tenant_id text not null references tenant,
    owner_id text not null,
    name text not null,
    version int not null,
    ciphertext bytea not null,
    created_at timestamptz not null,
    -- set when a newer version has taken over: until then the old one still verifies
    valid_until timestamptz,
    primary key (tenant_id, owner_id, name, version)
);

-- One row: a known text under the master key, so that a start with another key fails at once. It is of the
-- installation, not of a tenant, and holds nothing of one.
create table master_key_check (
    check_id int primary key check (check_id = 1),
    ciphertext bytea not null,
    created_at timestamptz not null
);

-- The trace ----------------------------------------------------------------------------------------

-- One row a tenant: the last sequence number given out. Locking it makes sequences gap-free and
-- puts the tenant's writers, on whatever node, one after the other.
create table tenant_head (
    tenant_id text primary key references tenant,
    seq bigint not null default 0
) with (fillfactor = 50);

-- One row a decision: the end of its hash chain.
create table chain (
    tenant_id text not null,
    decision_id text not null,
    decision_seq int not null,
    leaf_hash bytea not null,
    primary key (tenant_id, decision_id)
) with (fillfactor = 70);

create table event (
    tenant_id text not null,
    seq bigint not null,
    decision_id text not null,
    decision_seq int not null,
    type text not null,
    -- the canonical JSON, exactly as it was hashed
    leaf bytea not null,
    leaf_hash bytea not null,
    primary key (tenant_id, seq)
);
-- Ids are unique whatever the tenant, so secondary indexes start with the id. One that started with the tenant could be taken
-- for a look-up by another id, by a plan that was made while the table was almost empty, and be read through whole.
create unique index event_decision on event (decision_id, decision_seq, tenant_id);

create function refuse_change_of_event() returns trigger language plpgsql as $$
begin
    raise exception 'events are append-only: % on "event" is refused', tg_op;
end
$$;
create trigger event_is_append_only before update or delete or truncate on event
    for each statement execute function refuse_change_of_event();

-- Decisions ----------------------------------------------------------------------------------------

create table decision (
    tenant_id text not null,
    decision_id text not null,
    agent_id text not null,
    actor text not null,
    intent text not null,
    automation_mode text not null check (automation_mode in ('propose', 'approve', 'override', 'autonomous')),
    instance text,
    version text,
    metadata jsonb,
    status text not null check (status in ('open', 'needs_approval', 'approved', 'rejected', 'committed', 'aborted')),
    -- the newest approval that a human granted: what the automation mode `approve` waits for
    granted_approval_id text,
    created_at timestamptz not null,
    closed_at timestamptz,
    close_reason text,
    close_summary jsonb,
    idempotency_key text,
    -- SHA-256 of the create call's arguments: the same key with other arguments is an error
    idempotency_digest bytea,
    primary key (tenant_id, decision_id),
    foreign key (tenant_id, agent_id) references agent
) with (fillfactor = 80);
create unique index decision_idempotency on decision (tenant_id, agent_id, idempotency_key)
    where idempotency_key is not null;

-- Integrations and routes --------------------------------------------------------------------------

create table integration (
    tenant_id text not null references tenant,
    integration_id text not null,
    type text not null check (type in ('slack', 'email', 'webhook')),
    name text not null,
    status text not null default 'configured' check (status in ('configured', 'enabled', 'disabled', 'error')),
    status_reason text,
    status_since timestamptz not null,
    config jsonb not null,
    -- the kinds of delivery this integration takes: requested, resolved, …
    carries text[] not null,
    consecutive_failures int not null default 0,
    last_error text,
    last_success_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, integration_id)
);
create unique index integration_name on integration (tenant_id, name) where deleted_at is null;
-- not unique: a unique index would have to start with the tenant, which an incoming message does not tell us
create index integration_id on integration (integration_id);

create table approval_route (
    tenant_id text not null,
    approval_route_id text not null,
    version int not null,
    integration_id text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, approval_route_id),
    foreign key (tenant_id, integration_id) references integration
);

create table approval_route_version (
    tenant_id text not null,
    approval_route_id text not null,
    version int not null,
    document jsonb not null,
    created_at timestamptz not null,
    created_by text not null,
    primary key (tenant_id, approval_route_id, version)
);

-- Approvals ----------------------------------------------------------------------------------------

create table approval (
    tenant_id text not null,
    approval_id text not null,
    decision_id text not null,
    agent_id text not null,
    approval_route_id text not null,
    route_version int not null,
    integration_id text not null,
    title text not null,
    message text,
    require_rationale boolean not null,
    proposed_action jsonb,
    action_digest bytea,
    -- who may answer, as the route said when the agent asked; empty: whoever can reach the destination
    approvers text[] not null,
    on_expiry text not null default 'keep' check (on_expiry in ('keep', 'reject')),
    -- where in the decision's trace the request stands: approvers are shown what came before it
    decision_seq int not null,
    request_digest bytea not null,
    idempotency_key text,
    status text not null check (status in ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
    required_votes int not null default 1,
    -- counts the changes of this approval: 1 when requested, one more with each resolution
    sequence int not null default 1,
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    resolved_at timestamptz,
    approver jsonb,
    rationale text,
    delivery_status text not null default 'pending' check (delivery_status in ('pending', 'delivered', 'failed')),
    primary key (tenant_id, approval_id),
    foreign key (tenant_id, decision_id) references decision
) with (fillfactor = 80);
create unique index approval_one_pending on approval (decision_id, tenant_id) where status = 'pending';
create index approval_decision on approval (decision_id, decision_seq);
create index approval_due on approval (expires_at) where status = 'pending';

-- Every message that came in with an answer and took effect, so that it never does twice; and those that were
-- refused, so that each is traced once, however often it comes.
create table inbound_message (
    tenant_id text not null,
    integration_id text not null,
    message_id text not null,
    approval_id text not null,
    refused boolean not null default false,
    received_at timestamptz not null,
    primary key (tenant_id, integration_id, message_id)
);
create index inbound_message_age on inbound_message (received_at);

-- The durable queue: rows are written in the transaction of the approval they tell about.
create table delivery (
    tenant_id text not null,
    delivery_id text not null,
    approval_id text not null,
    decision_id text not null,
    integration_id text not null,
    kind text not null check (kind in ('requested', 'reminder', 'escalated', 'resolved', 'cancelled')),
    status text not null check (status in ('pending', 'sending', 'delivered', 'failed', 'parked', 'cancelled')),
    sequence int not null,
    attempts int not null default 0,
    next_attempt_at timestamptz not null,
    lease_until timestamptz,
    lease_token text,
    last_error text,
    external_ref text,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, delivery_id)
) with (fillfactor = 70);
create index delivery_due on delivery (next_attempt_at) where status = 'pending';
-- the same by destination: what waits for one must not be waded through to find what waits for the others
create index delivery_waiting on delivery (tenant_id, integration_id, next_attempt_at) where status = 'pending';
create index delivery_parked on delivery (tenant_id, integration_id) where status = 'parked';
create index delivery_leased on delivery (lease_until) where status = 'sending';
create index delivery_approval on delivery (approval_id);

-- Answers of unsafe REST calls that carried an Idempotency-Key, encrypted because they may hold a secret.
create table idempotent_answer (
    tenant_id text not null,
    caller_id text not null,
    idempotency_key text not null,
    request_digest bytea not null,
    status int not null,
    answer bytea not null,
    created_at timestamptz not null,
    primary key (tenant_id, caller_id, idempotency_key)
);

-- Grants -------------------------------------------------------------------------------------------

grant select, insert on event to tracemem_runtime;
grant select, insert, update on
    tenant, tenant_head, chain, decision, agent, agent_key, user_account, integration, approval_route, approval, delivery
    to tracemem_runtime;
grant select, insert on approval_route_version to tracemem_runtime;
grant select, insert, update on master_key_check to tracemem_runtime;
grant select, insert, update, delete on secret, inbound_message, idempotent_answer to tracemem_runtime;
