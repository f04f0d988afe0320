-- Data products, the connectors they are views on, and what was discovered behind those.

create table connector (
    tenant_id text not null references tenant,
    connector_id text not null,
    name text not null,
    type text not null check (type in ('postgresql', 'mariadb', 'mysql')),
    host text not null,
    port int not null,
    database text not null,
    username text not null,
    tls text not null check (tls in ('none', 'required', 'verified')),
    pool_size int not null,
    connect_timeout_ms int not null,
    read_timeout_ms int not null,
    statement_timeout_ms int not null,
    -- grows with every change of what connections are made of
    revision int not null default 1,
    status text not null default 'configured' check (status in ('configured', 'healthy', 'error')),
    last_error text,
    last_ok_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, connector_id)
);
create unique index connector_name on connector (tenant_id, name);

create table connector_schema (
    tenant_id text not null,
    connector_id text not null,
    -- SHA-256 of the canonical document
    hash bytea not null,
    document text not null,
    discovered_at timestamptz not null,
    primary key (tenant_id, connector_id),
    foreign key (tenant_id, connector_id) references connector on delete cascade
);

create table product (
    tenant_id text not null,
    product_id text not null,
    -- the newest
    version int not null,
    connector_id text not null,
    -- the source as it was when the newest version was saved
    source_table text not null,
    -- how the source has changed since, as sentences
    schema_changes jsonb not null default '[]',
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, product_id)
);
create index product_connector on product (connector_id, tenant_id);

create table product_version (
    tenant_id text not null references tenant,
    product_id text not null,
    version int not null,
    -- SHA-256 of the canonical definition
    hash bytea not null,
    -- canonical JSON (RFC 8785), exactly as it was hashed
    definition text not null,
    saved_at timestamptz not null,
    saved_by text not null,
    primary key (tenant_id, product_id, version)
);

create function refuse_change_of_product_version() returns trigger language plpgsql as $$
begin
    raise exception 'versions of products are immutable: % on "product_version" is refused', tg_op;
end
$$;
create trigger product_version_is_immutable before update or delete or truncate on product_version
    for each statement execute function refuse_change_of_product_version();

grant select, insert, update, delete on connector, connector_schema to tracemem_runtime;
grant select, insert, update on product to tracemem_runtime;
grant select, insert on product_version to tracemem_runtime;
