package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static com.tracemem.approval.DataNode.PURPOSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.DataWritten;
import com.tracemem.decision.Decision;
import com.tracemem.product.Operation;
import com.tracemem.product.WriteResult;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.BooleanNode;

/** Whatever breaks, and whichever key or form an agent comes back with, nothing is written twice. */
class UnknownWritesTest extends DataCase {

    @Test
    void anotherKeyIsNoWayRoundAnUnknownOutcome() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        refused(write(decision, "0.1", "discounts", "one"));
        node.store.release();

        String otherForm = "{'customer_tier': 'standard', 'proposed_discount': '0.10', 'customer_id': '1001'}";
        for (String mutation : List.of(DISCOUNT.formatted("0.1"), otherForm)) {
            assertThat(refused(write(agent, decision, "discounts", PURPOSE, mutation, "two")))
                    .contains("it is not made twice, under whichever key")
                    .contains("idempotency_key 'one'");
            assertThat(refused(write(agent, decision, "discounts", "support", mutation, null)))
                    .contains("it is not made twice");
        }
        assertThat(node.store.writes).hasValue(0);
        // another write is another matter
        done(write(decision, "0.2", "discounts", "three"));

        done(write(decision, "0.1", "discounts", "one"));
        assertThat(node.discounts()).isEqualTo(2);
        // now that it is known, the agent may mean a second one
        done(write(decision, "0.1", "discounts", "two"));
        assertThat(node.discounts()).isEqualTo(3);
    }

    @Test
    void whatWasBegunUnderAnEarlierVersionOfTheProductCountsAsTheSame() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        refused(write(decision, "0.1", "discounts", "one"));
        node.store.release();
        node.save(tenant, DataNode.with(discounts("discounts"), List.of(POLICY), false));

        assertThat(refused(write(
                        agent,
                        decision,
                        "discounts",
                        PURPOSE,
                        "{'customer_tier': 'standard', 'proposed_discount': '0.10', 'customer_id': '1001'}",
                        "two")))
                .contains("it is not made twice");
        done(write(decision, "0.1", "discounts", "one"));
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void theSameWriteInAnotherFormIsTheSameCall() {
        Decision decision = open(AutomationMode.PROPOSE);
        DataWritten made = done(write(decision, "0.1", "discounts", "one"));
        String otherForm = "{'customer_tier': 'standard', 'proposed_discount': '0.10', 'customer_id': '1001'}";
        assertThat(done(write(agent, decision, "discounts", PURPOSE, otherForm, "one")))
                .isEqualTo(made);
        assertThat(refused(write(agent, decision, "discounts", "support", otherForm, "one")))
                .contains("used for a write with other arguments");
        assertThat(refused(write(decision, "0.11", "discounts", "one"))).contains("with other arguments");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void whatWasMadeButCannotBeShownIsNoFault() {
        node.targetJdbc
                .sql(
                        "create table stays (visit_id int primary key, until timestamptz default 'infinity', note text default 'x')")
                .update();
        node.save(tenant, DataNode.draft("stays", connectorId, Operation.INSERT, "stays", "visit_id", "until", "note"));
        Decision decision = open(AutomationMode.PROPOSE);
        Outcome<DataWritten> answer = write(agent, decision, "stays", PURPOSE, "{'visit_id': 1}", null);
        long rows = node.targetJdbc
                .sql("select count(*) from stays")
                .query(Long.class)
                .single();
        // the trace and the answer say what the target says, whichever it is
        assertThat(events(decision.key(), EventType.WRITE))
                .extracting(end -> end.path("outcome").asString())
                .containsExactly(rows == 1 ? "executed" : "rolled_back");
        assertThat(answer instanceof Outcome.Done<DataWritten>).isEqualTo(rows == 1);
        node.targetJdbc.sql("drop table stays").update();
    }

    @Test
    void aWriteWithoutAKeyIsFoundOutByTheSameCall() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.beforeWrite = () -> {
            throw new IllegalStateException("lost before it reached the target");
        };
        refused(write(decision, "discounts", "0.1"));
        node.store.release();
        String how = "repeat the very same call, without an idempotency_key, to find out";
        assertThat(refused(closeWith(decision, CloseAction.COMMIT))).contains(how + ", or close with abort");
        assertThat(refused(write(decision, "0.1", "discounts", "one"))).endsWith(how);

        // it did not happen, so that the same call makes it
        assertThat(done(write(decision, "discounts", "0.1")).remarks()).isEmpty();
        assertThat(node.discounts()).isEqualTo(1);
        assertThat(events(decision.key(), EventType.WRITE))
                .extracting(end -> end.path("outcome").asString())
                .containsExactly("unknown", "rolled_back", "executed");
        done(closeWith(decision, CloseAction.COMMIT));
    }

    @Test
    void aWriteWithoutAKeyThatHappenedIsNotMadeASecondTimeByTheCallThatFindsItOut() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        refused(write(decision, "discounts", "0.1"));
        node.store.release();
        assertThat(node.discounts()).isEqualTo(1);

        DataWritten found = done(write(decision, "discounts", "0.1"));
        assertThat(found.remarks()).singleElement().asString().contains("nothing was written now");
        assertThat(node.discounts()).isEqualTo(1);
        // now that it is known, the same call is another write
        assertThat(done(write(decision, "discounts", "0.1")).remarks()).isEmpty();
        assertThat(node.discounts()).isEqualTo(2);
        done(closeWith(decision, CloseAction.COMMIT));
    }

    @Test
    void whatWasBegunWithoutAMemoryIsNotMadeAgainOnceThereIsOne() {
        String login = "unremembering_" + System.nanoTime();
        node.targetJdbc.sql("create role " + login + " login password 'x'").update();
        node.targetJdbc.sql("grant select, insert on discounts to " + login).update();
        node.targetJdbc
                .sql("grant usage on all sequences in schema public to " + login)
                .update();
        String narrow = node.connector(tenant, "narrow", login, "x");
        node.save(
                tenant,
                DataNode.draft(
                        "narrow",
                        narrow,
                        Operation.INSERT,
                        "discounts",
                        "discount_id",
                        "customer_id",
                        "proposed_discount",
                        "customer_tier"));
        // there is a table of that name, which this login may not use
        done(write(open(AutomationMode.PROPOSE), "discounts", "0.5"));
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        assertThat(refused(write(decision, "0.1", "narrow", "one")))
                .contains("the target keeps no record of it, so that repeating the call finds nothing out");
        node.store.release();
        assertThat(events(decision.key(), EventType.WRITE_STARTED).getFirst().path("remembered_by_target"))
                .isEqualTo(BooleanNode.FALSE);
        assertThat(node.discounts()).isEqualTo(2);

        node.targetJdbc.sql("grant all on tracemem_write to " + login).update();
        node.store.forget(tenant, narrow);
        for (int i = 0; i < 2; i++) {
            assertThat(refused(write(decision, "0.1", "narrow", "one")))
                    .startsWith("The outcome of this write is unknown");
        }
        assertThat(node.discounts()).isEqualTo(2);
        assertThat(events(decision.key(), EventType.WRITE))
                .extracting(end -> end.path("outcome").asString())
                .containsExactly("unknown");
        assertThat(refused(closeWith(decision, CloseAction.COMMIT)))
                .contains("finds nothing out; look at the data, and close with abort");
        // writes that are begun from now on can be asked about
        Decision later = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        refused(write(later, "0.2", "narrow", "one"));
        node.store.release();
        done(write(later, "0.2", "narrow", "one"));
        assertThat(node.discounts()).isEqualTo(3);
    }
}
