package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.Role;
import com.tracemem.product.Connector;
import com.tracemem.product.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Connectors and products over REST. */
class ProductsApiTest {
    private static final AdminServer server = new AdminServer();
    private static final TestPostgres database = TestPostgres.create();

    private final World world = new World(server);

    @BeforeAll
    static void fill() {
        database.execute("create table customers (customer_id int primary key, name text not null, email text)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String connector(String name, String more) {
        Connector.Settings settings = database.settings();
        return """
                {"name": "%s", "type": "postgresql", "host": "%s", "port": %d, "database": "%s", "username": "%s",
                 "password": "%s", "tls": "none"%s}""".formatted(
                        name,
                        settings.host(),
                        settings.port(),
                        settings.database(),
                        settings.username(),
                        TestPostgres.PASSWORD,
                        more);
    }

    private String connectorId() {
        return World.text(
                world.admin
                        .post("/v1/admin/connectors", connector("shop " + System.nanoTime(), ""))
                        .json(),
                "connector_id");
    }

    private static String product(String id, String connectorId, String fields) {
        return """
                {"product_id": "%s", "name": "Customers", "connector_id": "%s", "operation": "read",
                 "source": {"table": "customers"}, "fields": %s, "purposes": ["support"]}""".formatted(id, connectorId, fields);
    }

    @Test
    void aConnectorIsKeptWithoutTellingItsPassword() {
        Caller.Answer made = world.admin.post("/v1/admin/connectors", connector("shop", ""));
        String path = "/v1/admin/connectors/" + World.text(made.json(), "connector_id");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().at("/credentials/password/stored").booleanValue())
                .isTrue();
        assertThat(made.text()).doesNotContain(TestPostgres.PASSWORD);
        assertThat(world.admin.get(path).json()).isEqualTo(made.json());
        assertThat(world.admin.post(path + "/test", "").json().required("ok").booleanValue())
                .isTrue();
        JsonNode schema = world.admin.get(path + "/schema").json();
        assertThat(schema.at("/tables/0/table").stringValue()).isEqualTo("customers");
        assertThat(world.admin.get(path).json().required("schema_hash")).isEqualTo(schema.required("hash"));
        Caller.Answer patched = world.admin.call("PATCH", path, "{\"pool_size\": 2, \"password\": \"other\"}");
        assertThat(patched.json().at("/config/pool_size").intValue()).isEqualTo(2);
        assertThat(patched.json().required("status").stringValue()).isEqualTo("configured");
        JsonNode refused = world.admin.post(path + "/test", "").json();
        assertThat(refused.required("ok").booleanValue()).isFalse();
        assertThat(world.admin.post(path + "/schema", "").status()).isEqualTo(502);
        assertThat(world.admin.call("DELETE", path, null).status()).isEqualTo(204);
        assertThat(world.admin.get(path).status()).isEqualTo(404);
    }

    @Test
    void whatIsWrongWithAConnectorIsNamed() {
        Caller.Answer answer = world.admin.post("/v1/admin/connectors", """
                {"name": "", "type": "oracle", "host": "db/x?socketFactory=evil", "port": 0, "database": "d",
                 "username": "u", "password": 5, "url": "jdbc:postgresql://x"}""");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.wrongFields()).contains("name", "type", "port", "password", "url");
        assertThat(world.admin
                        .post("/v1/admin/connectors", connector("x", "").replace("127.0.0.1", "h/x?a=b"))
                        .json()
                        .at("/errors/0/field")
                        .stringValue())
                .isEqualTo("host");
        for (var wrong : Map.of(
                        "db:5432", "is 'db:5432'; give the host alone, and its port as port",
                        "[::1]", "is '[::1]'; give the address without brackets",
                        "postgres://db/x",
                                "is 'postgres://db/x'; give the host alone, without the scheme, port and path",
                        "one,two", "is 'one,two'; give one host",
                        "u:secret@db", "has an @ in it; give the host alone",
                        "h h", "is 'h h'; give a host name or an address, such as db.internal")
                .entrySet()) {
            Caller.Answer refused =
                    world.admin.post("/v1/admin/connectors", connector("x", "").replace("127.0.0.1", wrong.getKey()));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().at("/errors/0/message").stringValue()).startsWith(wrong.getValue());
            assertThat(refused.text()).doesNotContain("secret");
        }
    }

    @Test
    void whatIsWrongWithPurposesAndQueriesIsNamed() {
        String connector = connectorId();
        String right = product("named", connector, "[\"customer_id\"]");
        for (var wrong : Map.of(
                        "[\"support\", \"support\"]", "has 'support' twice; give each once",
                        "[]", "are missing; give 1 to 50, such as \"support\", of which every request names one",
                        "\"support\"", "is a text; give a list of at most 50 texts",
                        "[\"a\", 5]", "is the number 5; give a text")
                .entrySet()) {
            JsonNode refused = world.admin
                    .post("/v1/admin/products", right.replace("[\"support\"]", wrong.getKey()))
                    .json();
            assertThat(refused.at("/errors/0/field").stringValue()).startsWith("purposes");
            assertThat(refused.at("/errors/0/message").stringValue()).isEqualTo(wrong.getValue());
        }
        JsonNode query = world.admin
                .post(
                        "/v1/admin/products",
                        right.replace("{\"table\": \"customers\"}", "{\"query\": \"explain select 1\"}"))
                .json();
        assertThat(query.at("/errors/0/message").stringValue()).isEqualTo("starts with 'explain'; give one select");
    }

    @Test
    void aStoredPasswordIsNotTakenAnywhereElse() {
        String path = "/v1/admin/connectors/"
                + World.text(
                        world.admin
                                .post(
                                        "/v1/admin/connectors",
                                        connector("kept", "").replace("\"none\"", "\"required\""))
                                .json(),
                        "connector_id");
        JsonNode before = world.admin.get(path).json();

        for (String elsewhere : List.of(
                "{\"host\": \"evil.example\"}",
                "{\"port\": 1}",
                "{\"tls\": \"none\"}",
                "{\"host\": \"LOCALHOST\", \"name\": \"x\"}")) {
            Caller.Answer refused = world.admin.call("PATCH", path, elsewhere);
            assertThat(refused.status()).as(elsewhere).isEqualTo(422);
            assertThat(refused.wrongFields()).containsExactly("password");
            assertThat(refused.text()).contains("give the login's password again");
        }
        assertThat(world.admin.get(path).json()).isEqualTo(before);

        for (String here : List.of(
                "{\"tls\": \"verified\"}",
                "{\"database\": \"other\", \"username\": \"other\", \"read_timeout_ms\": 20000}",
                "{\"host\": \"evil.example\", \"tls\": \"none\", \"password\": \"another\"}")) {
            assertThat(world.admin.call("PATCH", path, here).status()).as(here).isEqualTo(200);
        }
    }

    @Test
    void aProductHasVersions() {
        String connector = connectorId();
        String id = "customers_" + System.nanoTime();
        String all = "[\"customer_id\", {\"name\": \"email\", \"masked\": true}]";

        JsonNode would = world.admin
                .post("/v1/admin/products/validate", product(id, connector, all))
                .json();
        assertThat(would.at("/definition/fields/0/primary_key").booleanValue()).isTrue();
        assertThat(world.admin.get("/v1/admin/products/" + id).status()).isEqualTo(404);

        Caller.Answer made = world.admin.post("/v1/admin/products", product(id, connector, all));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().required("hash")).isEqualTo(would.required("hash"));
        assertThat(made.json().at("/example_queries/0/customer_id").intValue()).isEqualTo(1001);
        assertThat(world.admin
                        .post("/v1/admin/products", product(id, connector, all))
                        .status())
                .isEqualTo(409);
        Caller.Answer second =
                world.admin.call("PUT", "/v1/admin/products/" + id, product(id, connector, "[\"customer_id\"]"));
        assertThat(second.json().required("version").intValue()).isEqualTo(2);
        assertThat(world.admin
                        .get("/v1/admin/products/" + id + "/versions")
                        .json()
                        .required("items")
                        .size())
                .isEqualTo(2);
        assertThat(world.admin
                        .get("/v1/admin/products/" + id + "/versions/1")
                        .json()
                        .required("hash"))
                .isEqualTo(made.json().required("hash"));
        assertThat(world.admin
                        .call("DELETE", "/v1/admin/connectors/" + connector, null)
                        .json()
                        .required("detail")
                        .stringValue())
                .contains(id);
        assertThat(world.admin.call("DELETE", "/v1/admin/products/" + id, null).status())
                .isEqualTo(204);
        assertThat(world.admin
                        .call("DELETE", "/v1/admin/connectors/" + connector, null)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whatIsWrongWithAProductIsNamed() {
        String connector = connectorId();
        String body = product("p", connector, "[\"customer_id\", {\"name\": \"nope\", \"typ\": \"x\", \"masked\": 1}]")
                .replace("\"purposes\"", "\"policies\": [\"missing\"], \"purposes\"");

        assertThat(fields(world.admin.post("/v1/admin/products", body))).contains("fields[1].typ", "fields[1].masked");
        assertThat(fields(world.admin.post("/v1/admin/products", product("p", connector, "[\"nope\"]"))))
                .containsExactly("fields[0].name");
        assertThat(fields(world.admin.post("/v1/admin/products", product("p", "conn_none", "[\"name\"]"))))
                .containsExactly("connector_id");
        assertThat(fields(world.admin.post(
                        "/v1/admin/products",
                        product("p", connector, "[\"name\"]")
                                .replace(
                                        "{\"table\": \"customers\"}",
                                        "{\"query\": \"select 1; drop table customers\"}"))))
                .containsExactly("source.query");
    }

    private static List<String> fields(Caller.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        return answer.wrongFields();
    }

    @Test
    void onlyAdministratorsConfigure() {
        for (Role role : new Role[] {Role.APPROVER, Role.AUDITOR}) {
            Caller caller = Caller.of(server, world.tenant, role);
            assertThat(caller.post("/v1/admin/connectors", connector("x", "")).status())
                    .isEqualTo(403);
            assertThat(caller.post("/v1/admin/products", product("p", "c", "[]"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aConnectorInUseSaysByHowMany() {
        String connectorId = connectorId();
        for (int i = 10; i < 33; i++) {
            assertThat(world.admin
                            .post("/v1/admin/products", product("used_" + i, connectorId, "[\"name\"]"))
                            .status())
                    .isEqualTo(201);
        }
        var refused = world.admin.call("DELETE", "/v1/admin/connectors/" + connectorId, null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(World.text(refused.json(), "detail"))
                .contains("used_10, used_11")
                .contains("used_29 and 3 more. Change or delete them first.");
    }
}
