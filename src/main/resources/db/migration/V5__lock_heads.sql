-- Locks the tenants' heads and makes sure that nobody wrote about the tenants since their sequence numbers were these. One
-- statement, because a ledger that relies on what it knows sends its events and its commit along, without waiting.
create function lock_heads(tenants text[], seqs bigint[]) returns void language plpgsql as $$
declare
    head record;
begin
    for head in
        select h.seq as found, n.seq as expected
        from unnest(tenants, seqs) as n (tenant_id, seq)
        join tenant_head h on h.tenant_id = n.tenant_id
        order by h.tenant_id for update of h
    loop
        if head.found <> head.expected then
            raise exception 'the tenant''s sequence is at %, not at %', head.found, head.expected using errcode = 'TM001';
        end if;
    end loop;
end
$$;
