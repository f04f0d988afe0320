package com.tracemem.admin;

import com.tracemem.trace.WireTime;
import java.time.Instant;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/** How the bodies of this door's requests are read: whole, with every mistake named. */
final class Bodies {
    /** A field that comes twice is a mistake; which of the two was meant is not ours to guess. */
    private static final ObjectReader TREE = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .readerFor(JsonNode.class);

    private Bodies() {}

    static SimpleModule module() {
        SimpleModule module = new SimpleModule("tracemem-admin");
        module.addSerializer(Instant.class, new TimeWriter());
        body(module, LoginInput.class, LoginInput::read);
        body(module, AgentInput.class, AgentInput::read);
        body(module, AgentPatch.class, AgentPatch::read);
        body(module, KeyInput.class, KeyInput::read);
        body(module, UserInput.class, UserInput::read);
        body(module, UserPatch.class, UserPatch::read);
        body(module, SettingsPatch.class, SettingsPatch::read);
        body(module, RouteInput.class, RouteInput::read);
        body(module, RationaleInput.class, RationaleInput::read);
        body(module, WebhookDraft.class, WebhookDraft::read);
        body(module, WebhookPatch.class, WebhookPatch::read);
        body(module, CredentialInput.class, CredentialInput::read);
        body(module, RotationInput.class, RotationInput::read);
        body(module, SimulationInput.class, SimulationInput::read);
        body(module, BacktestInput.class, BacktestInput::read);
        body(module, RollbackInput.class, RollbackInput::read);
        body(module, ConnectorInput.class, ConnectorInput::read);
        body(module, ConnectorPatch.class, ConnectorPatch::read);
        body(module, ProductInput.class, ProductInput::read);
        return module;
    }

    private static <T> void body(SimpleModule module, Class<T> type, Function<Fields, T> read) {
        module.addDeserializer(type, new BodyReader<>(read));
    }

    private static final class BodyReader<T> extends ValueDeserializer<T> {
        private final Function<Fields, T> read;

        BodyReader(Function<Fields, T> read) {
            this.read = read;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode tree = TREE.readValue(parser);
            if (!(tree instanceof ObjectNode object)) {
                throw new RefusedException(HttpStatus.BAD_REQUEST, "The body is not a JSON object; send {…}.");
            }
            Fields fields = new Fields(object);
            T body = read.apply(fields);
            fields.end();
            return body;
        }
    }

    private static final class TimeWriter extends ValueSerializer<Instant> {
        @Override
        public void serialize(Instant time, JsonGenerator json, SerializationContext context) {
            json.writeString(WireTime.format(time));
        }
    }
}
