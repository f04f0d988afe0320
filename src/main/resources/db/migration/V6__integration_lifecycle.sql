-- What became of integrations, how their messages fare, and further secrets for callbacks.

-- Every change of an integration's status: from when, why, by whom. Nothing in it is ever changed.
create table integration_transition (
    tenant_id text not null,
    integration_id text not null,
    position bigint not null generated always as identity,
    from_status text not null,
    to_status text not null,
    reason text,
    actor_kind text not null,
    actor_id text not null,
    actor_name text,
    happened_at timestamptz not null,
    primary key (tenant_id, integration_id, position)
);

-- Attempts by the hour, and among them by about how long they took: enough for rates and percentiles.
create table delivery_statistic (
    tenant_id text not null,
    integration_id text not null,
    hour timestamptz not null,
    success boolean not null,
    -- milliseconds: an attempt took at most this long, and not much less
    latency_ms int not null,
    attempts bigint not null,
    primary key (tenant_id, integration_id, hour, success, latency_ms)
) with (fillfactor = 70);

-- The secrets themselves are in the table secret, with the credential as their owner.
create table webhook_credential (
    tenant_id text not null references tenant,
    credential_id text not null,
    name text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (tenant_id, credential_id)
);
create unique index webhook_credential_name on webhook_credential (tenant_id, name);

grant select, insert on integration_transition to tracemem_runtime;
grant select, insert, update, delete on delivery_statistic to tracemem_runtime;
grant select, insert, delete on webhook_credential to tracemem_runtime;
