package com.tracemem.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.store.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Approvals that waited when the server was brought up to date show what a yes allows, too. */
class CausesUpgradeTest {
    @Test
    void whatWaitedShowsEveryExceptionThatWasPending() {
        try (TestDatabase database = TestDatabase.createAt("9")) {
            JdbcClient jdbc = database.ownerJdbc();
            jdbc.sql("""
                            insert into tenant (tenant_id, name, created_at) values ('t', 'test', now());
                            insert into agent (tenant_id, agent_id, name, permissions, created_at, updated_at)
                            values ('t', 'agent_1', 'agent', '{}', now(), now());
                            insert into decision (tenant_id, decision_id, agent_id, actor, intent, automation_mode, status,
                                created_at)
                            values ('t', 'd', 'agent_1', 'bot', 'refund', 'propose', 'needs_approval', now());
                            insert into decision_policy (tenant_id, decision_id, policy_id, policy_version, outcome, rule,
                                message, approval_route_id, decision_seq, granted_approval_id)
                            values ('t', 'd', 'g1', 1, 'requires_exception', 'r1', 'says g1', 'route_b', 2, null),
                                ('t', 'd', 'g2', 3, 'requires_exception', 'r2', 'says g2', null, 3, null),
                                ('t', 'd', 'granted', 1, 'requires_exception', 'r', '', null, 4, 'appr_0'),
                                ('t', 'd', 'allowed', 1, 'allow', 'r', '', null, 5, null),
                                ('t', 'd', 'later', 1, 'requires_exception', 'r', '', null, 7, null);
                            insert into approval (tenant_id, approval_id, decision_id, agent_id, approval_route_id,
                                route_version, integration_id, title, require_rationale, approvers, decision_seq,
                                request_digest, status, requested_at, expires_at)
                            values ('t', 'waits', 'd', 'agent_1', 'route_a', 1, 'int_1', 'title', false, '{}', 6, '', 'pending',
                                    now(), now()),
                                ('t', 'ended', 'd', 'agent_1', 'route_a', 1, 'int_1', 'title', false, '{}', 6, '', 'expired',
                                    now(), now());
                            """).update();
            database.upgrade();
            assertThat(causes(jdbc, "waits"))
                    .containsExactly(
                            new Cause("g2", 3, "r2", "says g2", null), new Cause("g1", 1, "r1", "says g1", "route_b"));
            assertThat(causes(jdbc, "ended")).isEmpty();
        }
    }

    private static List<Cause> causes(JdbcClient jdbc, String approvalId) {
        return jdbc.sql("select " + ApprovalTable.COLUMNS + " from approval a where approval_id = ?")
                .param(approvalId)
                .query((row, n) -> ApprovalTable.read(row))
                .single()
                .causes();
    }
}
