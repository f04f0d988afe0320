package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.trace.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a tenant's whole log and proves that it is what it promises to be, from the stored bytes alone. */
final class LedgerCheck {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record End(int decisionSeq, String hash) {}

    private LedgerCheck() {}

    /**
     * Checks that sequences have no gaps, every leaf has its hash and names its predecessor's, and the heads agree.
     *
     * @return the types of each decision's events in their order
     */
    static Map<String, List<String>> prove(JdbcClient jdbc, String tenantId) {
        Map<String, End> ends = new HashMap<>();
        Map<String, List<String>> types = new HashMap<>();
        long[] last = {0};
        jdbc.sql("select seq, decision_id, decision_seq, leaf, leaf_hash from event where tenant_id = ? order by seq")
                .param(tenantId)
                .query(row -> {
                    String leaf = new String(row.getBytes("leaf"), StandardCharsets.UTF_8);
                    JsonNode event = JSON.readTree(leaf);
                    String decisionId = row.getString("decision_id");
                    String hash = Sha256.ofBytes(row.getBytes("leaf_hash")).hex();
                    @Nullable End before = ends.get(decisionId);
                    assertThat(row.getLong("seq")).as("seq of the tenant's log").isEqualTo(++last[0]);
                    assertThat(event.path("seq").asLong()).isEqualTo(last[0]);
                    assertThat(event.path("tenant_id").asString()).isEqualTo(tenantId);
                    assertThat(event.path("decision_id").asString()).isEqualTo(decisionId);
                    assertThat(row.getInt("decision_seq"))
                            .as("seq in the trace of %s", decisionId)
                            .isEqualTo(event.path("decision_seq").asInt())
                            .isEqualTo(before == null ? 1 : before.decisionSeq() + 1);
                    assertThat(Sha256.of(leaf).hex()).as("hash of %s", leaf).isEqualTo(hash);
                    assertThat(
                                    event.path("previous_hash").isNull()
                                            ? null
                                            : event.path("previous_hash").asString())
                            .as("link of %s", leaf)
                            .isEqualTo(before == null ? null : before.hash());
                    ends.put(decisionId, new End(row.getInt("decision_seq"), hash));
                    types.computeIfAbsent(decisionId, id -> new ArrayList<>())
                            .add(event.path("type").asString());
                });
        assertThat(head(jdbc, tenantId)).as("head of the tenant's log").isEqualTo(last[0]);
        jdbc.sql("select decision_id, decision_seq, leaf_hash from chain where tenant_id = ?")
                .param(tenantId)
                .query(row -> {
                    assertThat(ends.remove(row.getString("decision_id")))
                            .as("head of the trace of %s", row.getString("decision_id"))
                            .isEqualTo(new End(
                                    row.getInt("decision_seq"),
                                    Sha256.ofBytes(row.getBytes("leaf_hash")).hex()));
                });
        assertThat(ends).as("traces without a head").isEmpty();
        return types;
    }

    private static long head(JdbcClient jdbc, String tenantId) {
        return jdbc.sql("select seq from tenant_head where tenant_id = ?")
                .param(tenantId)
                .query(Long.class)
                .single();
    }
}
