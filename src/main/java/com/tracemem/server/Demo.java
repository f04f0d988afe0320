package com.tracemem.server;

import com.tracemem.sandbox.Sandbox;
import com.tracemem.sandbox.SandboxSettings;
import com.tracemem.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;

/** An agent, a route, and a sandbox approver on this machine, to try the whole path with. */
final class Demo implements AutoCloseable {
    /** The sandbox is where webhooks may never go otherwise. */
    static final String NETWORK = "127.0.0.1/32";

    private static final String READ = """
            tool decision_read '{"decision_id":"'$DECISION'","product":"pg_customers_v1","purpose":"discount_evaluation","query":{"customer_id":"1001"}}'
            """;

    private final Sandbox sandbox;
    private final DemoFile agent;
    private final boolean store;
    private final String user;

    private Demo(Sandbox sandbox, DemoFile agent, boolean store, String user) {
        this.sandbox = sandbox;
        this.agent = agent;
        this.store = store;
        this.user = user;
    }

    /**
     * Starts the sandbox and makes what is missing.
     *
     * @throws StartFailure when it cannot
     */
    static Demo start(Server server, Clock clock) {
        Path directory = server.settings().dataDirectory();
        Sandbox sandbox = null;
        try {
            sandbox = Sandbox.start(new SandboxSettings(0, directory.resolve("sandbox")), clock);
            DemoSetup setup = new DemoSetup(server);
            DemoFile agent = setup.agent(directory);
            setup.route(setup.integration(sandbox), clock);
            setup.policy();
            Demo demo = new Demo(
                    sandbox, agent, setup.store(), server.room(Database.class).user());
            sandbox = null;
            return demo;
        } catch (IOException failure) {
            throw new StartFailure("The demo cannot be set up in " + directory + ": " + failure.getMessage() + ".");
        } catch (UncheckedIOException failure) {
            throw new StartFailure(String.valueOf(failure.getMessage()));
        } finally {
            if (sandbox != null) {
                sandbox.close();
            }
        }
    }

    /** The approver's page. */
    URI sandbox() {
        return sandbox.address();
    }

    /** Whether there is a sample store; on somebody else's PostgreSQL the product may be forbidden to make it. */
    boolean hasStore() {
        return store;
    }

    String agentKey() {
        return agent.agentApiKey();
    }

    /** What to do next, to be copied into a shell. */
    String instructions(ServerSettings settings) {
        return """

                Sandbox approver  %s
                Agent key         %s

                Try it. These lines open a decision,%s ask the policy, and then, as it requires, a human:

                TRACEMEM=%s AGENT_KEY=%s
                tool() { curl -sS $TRACEMEM/mcp -H "Authorization: Agent $AGENT_KEY" -H 'Content-Type: application/json' \\
                  -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'"$1"'","arguments":'"$2"'}}'; echo; }
                DECISION=$(tool decision_create '{"intent":"customer.discount.evaluate","automation_mode":"propose"}' | grep -o 'TMEM_[0-9A-Z]*' | head -n 1)
                %stool decision_evaluate '{"decision_id":"'$DECISION'","policy_id":"discount_cap_v1","inputs":{"proposed_discount":0.25,"customer_tier":"standard","order_value":10000}}'
                tool decision_request_approval '{"decision_id":"'$DECISION'","title":"High-Value Discount Approval","message":"Customer 1001 requesting 25%% discount on $10k order. Customer has been with us for 5 years with perfect payment history. Policy evaluation returned '"'requires_exception'"'."}'

                Then approve or reject at %s and ask what became of it:

                tool decision_get '{"decision_id":"'$DECISION'"}'
                %s""".formatted(
                        sandbox.address(),
                        agent.agentApiKey(),
                        store ? " read a customer," : "",
                        settings.baseUrl(),
                        agent.agentApiKey(),
                        store ? READ : "",
                        sandbox.address(),
                        store ? examples(settings.baseUrl()) : noStore());
    }

    private String examples(URI server) {
        return """

                The whole of it, with the write that has to wait for the human, in Python or Java:

                TRACEMEM_URL=%1$s TRACEMEM_AGENT_KEY=%2$s python3 examples/python/discount_approval.py
                TRACEMEM_URL=%1$s TRACEMEM_AGENT_KEY=%2$s java examples/java/DiscountApproval.java
                """.formatted(server, agent.agentApiKey());
    }

    private String noStore() {
        return """

                There is no sample store with data products: user %1$s of TRACEMEM_DATABASE_URL may not create a database
                and a role for it. Let a superuser run: alter role "%1$s" createdb createrole; then start again. Or leave
                TRACEMEM_DATABASE_URL unset to try it with the embedded PostgreSQL.
                """.formatted(user);
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
