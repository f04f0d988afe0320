-- Policies: drafts that change, versions that never do, and what the policies said about each decision.

create table policy_draft (
    tenant_id text not null references tenant,
    policy_id text not null,
    -- as it was sent, comments and all
    source text not null,
    hash bytea not null,
    saved_at timestamptz not null,
    saved_by text not null,
    primary key (tenant_id, policy_id)
);

-- The newest version of a policy is the published one; those before it are superseded.
create table policy_version (
    tenant_id text not null references tenant,
    policy_id text not null,
    version int not null,
    -- SHA-256 of the canonical document
    hash bytea not null,
    -- canonical JSON (RFC 8785), exactly as it was hashed
    document text not null,
    source text not null,
    -- the older version whose document was published again
    rollback_of int,
    published_at timestamptz not null,
    published_by text not null,
    primary key (tenant_id, policy_id, version)
);

create function refuse_change_of_policy_version() returns trigger language plpgsql as $$
begin
    raise exception 'published policies are immutable: % on "policy_version" is refused', tg_op;
end
$$;
create trigger policy_version_is_immutable before update or delete or truncate on policy_version
    for each statement execute function refuse_change_of_policy_version();

-- The newest evaluation of each policy in a decision; the version stays the one that was evaluated first.
create table decision_policy (
    tenant_id text not null,
    decision_id text not null,
    policy_id text not null,
    policy_version int not null,
    outcome text not null check (outcome in ('allow', 'deny', 'requires_exception')),
    rule text not null,
    message text not null,
    approval_route_id text,
    expires_in_seconds int,
    require_rationale boolean not null default false,
    -- where in the decision's trace the evaluation stands
    decision_seq int not null,
    -- the approval that was asked for after the evaluation, and granted
    granted_approval_id text,
    primary key (tenant_id, decision_id, policy_id),
    foreign key (tenant_id, decision_id) references decision
) with (fillfactor = 80);

-- What was evaluated, for backtests; only where the tenant wants it kept.
alter table tenant add column retain_policy_inputs boolean not null default false;

create table policy_input (
    tenant_id text not null,
    decision_id text not null,
    decision_seq int not null,
    policy_id text not null,
    policy_version int not null,
    inputs jsonb not null,
    outcome text not null,
    rule text not null,
    evaluated_at timestamptz not null,
    primary key (tenant_id, decision_id, decision_seq)
);
create index policy_input_period on policy_input (tenant_id, policy_id, evaluated_at);

grant select, insert, update, delete on policy_draft to tracemem_runtime;
grant select, insert on policy_version to tracemem_runtime;
grant select, insert, update on decision_policy to tracemem_runtime;
grant select, insert, delete on policy_input to tracemem_runtime;
