-- The demo's sample store: somebody else's data, as far as the product is concerned.
do $$
begin
    if to_regclass('customers') is not null then
        return;
    end if;

    create table customers (
        customer_id integer primary key,
        name text not null,
        email text not null,
        tier text not null check (tier in ('standard', 'premium')),
        customer_since date not null,
        late_payments integer not null default 0
    );
    insert into customers values
        (1001, 'Acme Corp', 'accounts@acme.example', 'standard', '2021-01-15', 0),
        (1002, 'Globex', 'orders@globex.example', 'premium', '2018-06-01', 0),
        (1003, 'Initech', 'billing@initech.example', 'standard', '2025-11-30', 3),
        (1004, 'Umbrella Trading', 'office@umbrella.example', 'premium', '2019-03-12', 1),
        (1005, 'Stark Supplies', 'sales@stark.example', 'standard', '2023-09-04', 0);

    create table orders (
        order_id integer primary key,
        customer_id integer not null references customers,
        amount numeric(12, 2) not null,
        currency text not null default 'USD',
        status text not null,
        ordered_at timestamptz not null
    );
    create index orders_customer on orders (customer_id);
    insert into orders values
        (5001, 1001, 10000.00, 'USD', 'open', '2026-01-05T09:30:00Z'),
        (5002, 1001, 420.50, 'USD', 'paid', '2025-10-20T14:00:00Z'),
        (5003, 1002, 7300.00, 'USD', 'paid', '2025-12-01T08:15:00Z'),
        (5004, 1003, 150.00, 'USD', 'overdue', '2025-09-11T16:45:00Z'),
        (5005, 1004, 2750.25, 'USD', 'open', '2026-01-06T11:20:00Z'),
        (5006, 1005, 99.90, 'USD', 'paid', '2025-08-30T10:00:00Z');

    create table discounts (
        discount_id bigint generated always as identity primary key,
        customer_id integer not null references customers,
        -- as a fraction: 0.25 is 25 %
        proposed_discount numeric(4, 3) not null check (proposed_discount between 0 and 1),
        customer_tier text not null,
        order_value numeric(12, 2),
        granted_at timestamptz not null default now()
    );
end
$$;
