package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static com.tracemem.approval.DataNode.PURPOSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.ProposedAction;
import com.tracemem.policy.Examples;
import com.tracemem.product.Operation;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.trace.EventType;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** An approval of one action covers what was shown, which is what will be written, and nothing else. */
class BoundActionsTest extends DataCase {
    private static final String ACTION =
            "{'product': 'discounts', 'operation': 'insert', 'mutation': " + DISCOUNT.formatted("0.3") + "}";
    private static final String SECRET = "secret.address@customer.example";

    private void redefine(FieldDraft... fields) {
        ProductDraft draft = discounts("discounts");
        node.save(
                tenant,
                new ProductDraft(
                        draft.productId(),
                        draft.name(),
                        draft.description(),
                        draft.connectorId(),
                        draft.operation(),
                        draft.source(),
                        List.of(fields),
                        draft.purposes(),
                        draft.restrictions(),
                        draft.policies(),
                        draft.requiresApproval()));
    }

    private static FieldDraft mapped(String name, String column) {
        return new FieldDraft(name, column, null, null, null, null, null, null);
    }

    private static FieldDraft masked(String name) {
        return new FieldDraft(name, null, null, null, null, null, true, null);
    }

    @Test
    void anApprovalDoesNotOutliveTheDefinitionItWasGivenFor() {
        Decision decision = open(AutomationMode.APPROVE);
        approve(decision, ACTION);
        // the same names, other columns
        redefine(
                FieldDraft.of("customer_id"),
                FieldDraft.of("proposed_discount"),
                mapped("customer_tier", "note"),
                mapped("note", "customer_tier"));

        assertThat(refused(write(decision, "discounts", "0.3")))
                .startsWith("Approval is required: approval ")
                .contains(
                        "was given when product 'discounts' was at version 1; it was redefined since, is at version 2")
                .contains("ask for this one with decision_request_approval");
        assertThat(reasons(decision)).containsExactly("not_the_approved_action");
        assertThat(node.discounts()).isZero();

        approve(decision, ACTION);
        done(write(decision, "discounts", "0.3"));
        ObjectNode started = events(decision.key(), EventType.WRITE_STARTED).getFirst();
        assertThat(started.path("product_version").asInt()).isEqualTo(2);
        assertThat(started.path("action_digest").asString())
                .isEqualTo(started.path("mutation_digest").asString());
    }

    @Test
    void aProposalForAnotherVersionIsRefused() {
        String other = ACTION.replace("{'product'", "{'product_version': 7, 'product'");
        assertThat(refused(node.actions.propose(agent, Examples.json(other))))
                .contains("product_version is 7, and product 'discounts' is at version 1");
        String right = ACTION.replace("{'product'", "{'product_version': 1, 'product'");
        assertThat(done(node.actions.propose(agent, Examples.json(right))).shown())
                .isEqualTo(
                        done(node.actions.propose(agent, Examples.json(ACTION))).shown());
    }

    @Test
    void whatAProductMasksIsBoundButNotKept() {
        redefine(FieldDraft.of("customer_id"), FieldDraft.of("proposed_discount"), masked("note"));
        List<String> forms = List.of(
                "{'product': 'discounts', 'operation': 'insert', 'mutation': {'records': [{'customer_id': 1001,"
                        + " 'proposed_discount': 0.1, 'note': '%s'}]}}",
                "{'product': 'discounts', 'mutation': {'customer_id': '1001', 'proposed_discount': 0.1, 'note': '%s'}}",
                "{'product': 'discounts', 'mutation': {'fields': {'proposed_discount': 0.1, 'note': '%s'}},"
                        + " 'keys': {'customer_id': 1001}}",
                "{'product': 'discounts', 'mutation': {'data': [{'proposed_discount': 0.1, 'customer_id': 1001}]},"
                        + " 'keys': {'note': '%s'}}");
        List<ProposedAction> proposed = forms.stream()
                .map(form -> done(node.actions.propose(agent, Examples.json(form.formatted(SECRET)))))
                .toList();
        for (ProposedAction action : proposed) {
            assertThat(action.shown().toString()).contains("***").doesNotContain(SECRET);
            assertThat(action.shown().path("product_version").asInt()).isEqualTo(2);
            assertThat(action.isWrite()).isTrue();
        }
        assertThat(proposed.subList(0, 3).stream().map(ProposedAction::digest).distinct())
                .hasSize(1);

        Decision decision = open(AutomationMode.APPROVE);
        approve(decision, forms.getFirst().formatted(SECRET));
        String mutation = "{'customer_id': 1001, 'proposed_discount': 0.1, 'note': '%s'}";
        assertThat(refused(write(agent, decision, "discounts", PURPOSE, mutation.formatted("another"), null)))
                .contains("covers another write than this one");
        assertThat(refused(write(agent, decision, "discounts", PURPOSE, mutation.formatted("***"), null)))
                .contains("covers another write than this one");
        done(write(agent, decision, "discounts", PURPOSE, mutation.formatted(SECRET), null));
        assertThat(node.targetJdbc
                        .sql("select count(*) from discounts where note = ?")
                        .param(SECRET)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertNowhere(SECRET);
    }

    @Test
    void whatAPolicyOfTheProductSawMaskedIsNotKeptEither() {
        node.save(
                tenant,
                DataNode.with(
                        new ProductDraft(
                                "veiled",
                                "veiled",
                                null,
                                connectorId,
                                Operation.INSERT,
                                discounts("veiled").source(),
                                List.of(
                                        FieldDraft.of("customer_id"),
                                        FieldDraft.of("proposed_discount"),
                                        FieldDraft.of("customer_tier"),
                                        masked("note")),
                                discounts("veiled").purposes(),
                                discounts("veiled").restrictions(),
                                List.of(),
                                false),
                        List.of(POLICY),
                        false));
        node.database
                .ownerJdbc()
                .sql("update tenant set retain_policy_inputs = true where tenant_id = ?")
                .param(tenant)
                .update();
        Decision decision = open(AutomationMode.PROPOSE);
        assertThat(refused(write(
                        agent,
                        decision,
                        "veiled",
                        PURPOSE,
                        "{'customer_id': 1001, 'proposed_discount': 0.3, 'customer_tier': 'standard', 'note': '"
                                + SECRET + "'}",
                        null)))
                .contains("requires an exception");
        assertNowhere(SECRET);
    }

    private void assertNowhere(String text) {
        for (String table : node.database
                .ownerJdbc()
                .sql("select table_name from information_schema.tables where table_schema = 'public'")
                .query((row, n) -> row.getString(1))
                .list()) {
            String bytes = table.equals("event") ? "convert_from(leaf, 'UTF8')" : "t::text";
            assertThat(node.database
                            .ownerJdbc()
                            .sql("select count(*) from \"%s\" t where position(? in %s) > 0".formatted(table, bytes))
                            .param(text)
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
        assertThat(node.targetJdbc
                        .sql("select count(*) from tracemem_write t where position(? in t::text) > 0")
                        .param(text)
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
