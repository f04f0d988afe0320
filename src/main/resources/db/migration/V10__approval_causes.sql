-- Why each human was asked: every exception that a yes allows, the newest first.

alter table approval add column causes jsonb not null default '[]';

update approval a
set causes = (
    select coalesce(jsonb_agg(
        jsonb_strip_nulls(jsonb_build_object('policy_id', p.policy_id, 'policy_version', p.policy_version,
            'outcome', p.outcome, 'message', p.message, 'rule', p.rule, 'approval_route_id', p.approval_route_id))
        order by p.decision_seq desc), '[]')
    from decision_policy p
    where p.tenant_id = a.tenant_id and p.decision_id = a.decision_id and p.outcome = 'requires_exception'
        and p.granted_approval_id is null and p.decision_seq < a.decision_seq)
where a.status = 'pending';
