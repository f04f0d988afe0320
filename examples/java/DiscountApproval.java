import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A discount that needs a human's yes: read, evaluate, ask, wait, write, commit.
 *
 * <p>Needs nothing but a JDK 25. Start a server with its sample data, and take the address and the key from what it prints:
 *
 * <pre>
 * ./tracemem serve --demo
 * TRACEMEM_URL=http://localhost:8080 TRACEMEM_AGENT_KEY=tm_... java examples/java/DiscountApproval.java
 * </pre>
 *
 * <p>Then approve or reject on the sandbox approver's page. Ends with 0 when the discount was written, with 2 when it was not.
 */
public final class DiscountApproval {
    private static final String SERVER = setting("TRACEMEM_URL", "http://localhost:8080");
    private static final String KEY = setting("TRACEMEM_AGENT_KEY", "");
    private static final String CUSTOMER = setting("CUSTOMER_ID", "1001");
    private static final String DISCOUNT = setting("DISCOUNT", "0.25");
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final HttpClient http = HttpClient.newHttpClient();

    /** The server said no, and why. */
    private static final class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (KEY.isEmpty()) {
            System.err.println("Set TRACEMEM_AGENT_KEY to an agent's key; ./tracemem serve --demo prints one.");
            System.exit(1);
        }
        System.exit(new DiscountApproval().run());
    }

    private int run() throws IOException, InterruptedException, Refused {
        String decision = field(
                call("decision_create", """
                        {"intent": "customer.discount.evaluate", "automation_mode": "propose"}"""),
                "decision_id");
        System.out.println("decision " + decision);

        String customer = call("decision_read", """
                {"decision_id": "%s", "product": "pg_customers_v1", "purpose": "discount_evaluation",
                 "query": {"customer_id": "%s"}}""".formatted(decision, CUSTOMER));
        String tier = field(customer, "tier");
        System.out.println("customer " + field(customer, "customer_id") + " " + field(customer, "name") + " tier " + tier);

        String policy = call("decision_evaluate", """
                {"decision_id": "%s", "policy_id": "discount_cap_v1",
                 "inputs": {"proposed_discount": %s, "customer_tier": "%s", "order_value": 10000}}"""
                .formatted(decision, DISCOUNT, tier));
        String outcome = field(policy, "outcome");
        String why = field(policy, "message");
        System.out.println("policy " + outcome + ": " + why);

        if (outcome.equals("deny")) {
            return abort(decision, why);
        }
        String mutation = """
                {"operation": "insert", "records": [{"customer_id": %s, "proposed_discount": %s, "customer_tier": "%s",
                 "order_value": 10000}]}""".formatted(CUSTOMER, DISCOUNT, tier);
        if (outcome.equals("requires_exception")) {
            try {
                write(decision, mutation);
                throw new IllegalStateException("The discount was written although nobody had approved it.");
            } catch (Refused refused) {
                System.out.println("refused: " + refused.getMessage());
            }
            // proposed_action is exactly what is to be written: the approval covers this and nothing else
            String approval = call("decision_request_approval", """
                    {"decision_id": "%s", "title": "High-Value Discount Approval", "message": "Customer %s: %s",
                     "proposed_action": {"product": "pg_discounts_v1", "operation": "insert", "mutation": %s}}"""
                    .formatted(decision, CUSTOMER, why, mutation));
            System.out.println("asked " + field(approval, "approval_id") + " over " + field(approval, "approval_route_id"));
            if (!isApproved(decision)) {
                return abort(decision, "Approval was rejected");
            }
            System.out.println("approved");
        }

        String written = write(decision, mutation);
        System.out.println("written " + field(written, "data_ref") + " discount " + field(written, "discount_id"));
        boolean same = field(write(decision, mutation), "event_id").equals(field(written, "event_id"));
        System.out.println("again " + field(written, "data_ref") + (same ? " the same" : " another"));
        System.out.println(field(
                call("decision_close", """
                        {"decision_id": "%s", "action": "commit"}""".formatted(decision)),
                "status"));
        return 0;
    }

    /** Writes the discount. The key makes repeating the call harmless: it is written once. */
    private String write(String decision, String mutation) throws IOException, InterruptedException, Refused {
        return call("decision_write", """
                {"decision_id": "%s", "product": "pg_discounts_v1", "purpose": "discount_evaluation", "mutation": %s,
                 "idempotency_key": "apply-discount"}""".formatted(decision, mutation));
    }

    /** Waits for the human; each call is held until something changes. */
    private boolean isApproved(String decision) throws IOException, InterruptedException, Refused {
        Instant giveUp = Instant.now().plus(LONGEST_WAIT);
        while (Instant.now().isBefore(giveUp)) {
            String answer = call("decision_get", """
                    {"decision_id": "%s", "since_status": "needs_approval", "wait_seconds": 55}""".formatted(decision));
            switch (field(answer, "status")) {
                case "approved" -> {
                    return true;
                }
                case "aborted", "rejected" -> {
                    return false;
                }
                default -> {}
            }
        }
        throw new IllegalStateException("Nobody answered in time");
    }

    private int abort(String decision, String reason) throws IOException, InterruptedException, Refused {
        call("decision_close", """
                {"decision_id": "%s", "action": "abort", "reason": "%s"}""".formatted(decision, reason));
        System.out.println("aborted");
        return 2;
    }

    /** Calls a tool and gives its answer, a JSON text. */
    private String call(String tool, String arguments) throws IOException, InterruptedException, Refused {
        HttpRequest request = HttpRequest.newBuilder(URI.create(SERVER))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Agent " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "%s", "arguments": %s}}"""
                        .formatted(tool, arguments)))
                .build();
        String body = http.send(request, BodyHandlers.ofString()).body();
        if (body.contains("\"error\":{")) {
            throw new Refused(field(body, "data"));
        }
        return body.substring(body.indexOf("\"structuredContent\":"));
    }

    /** The first field of this name, a text or a number. Enough here; in earnest take a JSON library. */
    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,}\\]]+))").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("No " + name + " in " + json);
        }
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
