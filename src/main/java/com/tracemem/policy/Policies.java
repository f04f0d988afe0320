package com.tracemem.policy;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A tenant's policies: drafts, and published versions that never change. What is published counts at once on this node,
 * and as soon as the news arrives on the others.
 */
public final class Policies {
    private static final String CHANNEL = "policy";
    private static final int MOST_LISTED = 500_000;
    private static final int MOST_USABLE = 200;

    private final DataSource dataSource;
    private final DraftRows drafts;
    private final VersionRows rows;
    private final TransactionTemplate transaction;
    private final Signals signals;
    private final InstantSource clock;
    private final Turns turns = new Turns();
    private final CompiledPolicies compiled = new CompiledPolicies();
    private final KnownVersions known;

    public Policies(DataSource dataSource, Signals signals, InstantSource clock) {
        this.dataSource = dataSource;
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.drafts = new DraftRows(jdbc);
        this.rows = new VersionRows(jdbc);
        this.known = new KnownVersions(rows);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.signals = signals;
        this.clock = clock;
        signals.subscribe(CHANNEL, new SignalListener() {
            @Override
            public void signalled(String payload) {
                known.forgetNewest();
            }

            @Override
            public void reconnected() {
                known.forgetNewest();
            }
        });
    }

    /**
     * Keeps a document as its policy's draft, in place of the one before.
     *
     * @throws InvalidPolicyException when its shape is wrong; conditions are checked when it is published
     */
    public PolicyDraft saveDraft(String tenantId, String source, String savedBy) {
        return saveDraft(tenantId, PolicyDocument.read(source), savedBy);
    }

    /** As {@link #saveDraft(String, String, String)}, for a document that was read already. */
    public PolicyDraft saveDraft(String tenantId, PolicyDocument document, String savedBy) {
        return drafts.save(tenantId, document, now(), savedBy);
    }

    public Optional<PolicyDraft> draft(String tenantId, String policyId) {
        return drafts.find(tenantId, policyId);
    }

    /** What comes of publishing. */
    public sealed interface Published {
        record Done(PolicyVersion version) implements Published {}

        /** There is no draft, or no such version to go back to. */
        record Nothing() implements Published {}

        /** Its examples do not hold. */
        record TestsFailed(List<TestResult> results) implements Published {}

        /** Somebody else published, or saved another draft, at the same moment. */
        record Overtaken() implements Published {}
    }

    /**
     * Makes the draft the policy's newest version, when its examples hold.
     *
     * @throws InvalidPolicyException with everything that is wrong with the draft
     */
    public Published publish(String tenantId, String policyId, String publishedBy) {
        return draft(tenantId, policyId)
                .map(draft -> publish(tenantId, draft.source(), null, publishedBy))
                .orElseGet(Published.Nothing::new);
    }

    /**
     * Makes an older version's document the newest version again, unless it is that already: however often, and by
     * however many, that is asked for, one version comes of it. A draft stays as it is.
     *
     * @throws InvalidPolicyException when a policy must not look like that any more
     */
    public Published rollback(String tenantId, String policyId, int version, String publishedBy) {
        Optional<PolicyVersion> older = version(tenantId, policyId, version);
        Optional<PolicyVersion> before = rows.newest(tenantId, policyId);
        if (older.isEmpty() || before.isEmpty()) {
            return new Published.Nothing();
        }
        if (before.get().hash().equals(older.get().hash())) {
            return new Published.Done(before.get());
        }
        Published published = publish(
                tenantId,
                older.get().source(),
                new Rollback(version, before.get().version()),
                publishedBy);
        return published instanceof Published.Overtaken
                ? rows.newest(tenantId, policyId)
                        .filter(now -> now.hash().equals(older.get().hash()))
                        .<Published>map(Published.Done::new)
                        .orElse(published)
                : published;
    }

    /**
     * Going back.
     *
     * @param to the older version
     * @param from the one that was the newest when somebody decided so
     */
    private record Rollback(int to, int from) {}

    /** Reads, checks, tests or tries a document when it is the tenant's turn: one at a time, so that others get theirs. */
    public <T> T inTurn(String tenantId, Supplier<T> work) {
        return turns.take(tenantId, work);
    }

    private record Tested(Policy policy, List<TestResult> results) {
        static Tested of(String source) {
            Policy policy = Policy.of(PolicyDocument.read(source));
            return new Tested(policy, policy.runTests());
        }
    }

    private Published publish(String tenantId, String source, @Nullable Rollback rollback, String publishedBy) {
        Tested tested = inTurn(tenantId, () -> Tested.of(source));
        Policy policy = tested.policy();
        List<TestResult> results = tested.results();
        if (results.stream().anyMatch(result -> !result.passed())) {
            return new Published.TestsFailed(results);
        }
        try {
            Integer version = transaction.execute(status -> insert(tenantId, policy, rollback, publishedBy, status));
            if (version == null) {
                return new Published.Overtaken();
            }
            known.forgetNewest();
            return new Published.Done(
                    version(tenantId, policy.policyId(), version).orElseThrow());
        } catch (DuplicateKeyException sameMoment) {
            return new Published.Overtaken();
        }
    }

    /** Null when the draft is not there any more, or is another one, or when the version to go back from is not the newest. */
    private @Nullable Integer insert(
            String tenantId, Policy policy, @Nullable Rollback rollback, String publishedBy, TransactionStatus status) {
        if (rollback == null && !drafts.delete(tenantId, policy.document())) {
            status.setRollbackOnly();
            return null;
        }
        Integer rollbackOf = rollback == null ? null : rollback.to();
        int version = rows.insert(tenantId, policy, rollbackOf, now(), publishedBy);
        if (rollback != null && version != rollback.from() + 1) {
            status.setRollbackOnly();
            return null;
        }
        announce();
        return version;
    }

    private void announce() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException failure) {
            throw new IllegalStateException("The other nodes could not be told of a new policy", failure);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** The newest version. */
    public Optional<PolicyVersion> published(String tenantId, String policyId) {
        return known.newest(tenantId, policyId);
    }

    /**
     * The version that a decision evaluates.
     *
     * @param bound the one that it is bound to; null when it is free
     */
    public Optional<PolicyVersion> toEvaluate(String tenantId, String policyId, @Nullable Integer bound) {
        Optional<PolicyVersion> published = published(tenantId, policyId);
        if (bound == null || published.map(PolicyVersion::version).equals(Optional.of(bound))) {
            return published;
        }
        return version(tenantId, policyId, bound);
    }

    /** Any version. Its status is as of when it was read first. */
    public Optional<PolicyVersion> version(String tenantId, String policyId, int version) {
        return known.find(tenantId, policyId, version);
    }

    /** Newest first. */
    public Page<PolicyVersion> versions(String tenantId, String policyId, PageRequest page) {
        return rows.list(tenantId, policyId, page);
    }

    /** By id. */
    public Page<PolicySummary> list(String tenantId, PageRequest page) {
        return rows.summaries(tenantId, page);
    }

    /**
     * Published policies that an agent may evaluate.
     *
     * @param policies by id, at most {@value #MOST_USABLE}, and together at most {@value #MOST_LISTED} characters
     * @param leftOut how many more there are
     */
    public record Usable(List<PolicyVersion> policies, int leftOut) {
        public Usable {
            policies = List.copyOf(policies);
        }
    }

    public Usable usableBy(AgentPrincipal agent) {
        List<VersionRows.Length> all = rows.lengths(agent.tenantId()).stream()
                .filter(policy -> agent.permissions().mayUsePolicy(policy.policyId()))
                .toList();
        List<String> listed = new ArrayList<>();
        int characters = 0;
        for (VersionRows.Length policy : all) {
            characters += policy.characters();
            if (listed.size() == MOST_USABLE || characters > MOST_LISTED) {
                break;
            }
            listed.add(policy.policyId());
        }
        return new Usable(rows.newest(agent.tenantId(), listed), all.size() - listed.size());
    }

    /** As {@link #compiled}; empty when a policy must not look like that any more, so that nothing is allowed by it. */
    public Optional<Policy> usable(PolicyVersion version) {
        try {
            return Optional.of(compiled(version));
        } catch (InvalidPolicyException outdated) {
            return Optional.empty();
        }
    }

    /**
     * The version, ready to be evaluated; made once for each document, when it is the tenant's turn.
     *
     * @throws InvalidPolicyException when a policy must not look like that any more
     */
    public Policy compiled(PolicyVersion version) {
        Policy ready = compiled.ifThere(version);
        return ready != null ? ready : inTurn(version.tenantId(), () -> compiled.of(version));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
