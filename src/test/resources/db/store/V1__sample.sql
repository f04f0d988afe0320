create table event (
    tenant_id text not null,
    seq bigint not null,
    body text not null,
    primary key (tenant_id, seq)
);

grant usage on schema public to tracemem_runtime;
grant select, insert on event to tracemem_runtime;
