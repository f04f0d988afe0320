-- Messages that an administrator sends again, and what became of questions that nobody needs any more.

-- attempts made before the message was retried by hand: the schedule counts from there
alter table delivery add column attempts_before int not null default 0;
create index delivery_failed on delivery (integration_id, tenant_id, delivery_id) where status = 'failed';

alter table approval drop constraint approval_delivery_status_check;
alter table approval add constraint approval_delivery_status_check
    check (delivery_status in ('pending', 'delivered', 'failed', 'not_sent', 'unknown'));
update approval a set delivery_status = case when d.attempts = 0 then 'not_sent' else 'unknown' end
from delivery d
where a.status <> 'pending' and a.delivery_status = 'pending'
    and d.tenant_id = a.tenant_id and d.approval_id = a.approval_id
    and d.kind = 'requested' and d.status = 'cancelled';
