package com.tracemem.decision;

import com.tracemem.product.PlannedWrite;
import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Sha256;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** By what writes are told apart. */
final class WriteDigests {
    private WriteDigests() {}

    /**
     * Of the call as it was sent.
     *
     * @throws com.tracemem.trace.NotCanonicalException when the arguments cannot be told from others exactly
     */
    static Sha256 ofCall(WriteCall call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("product", call.productId());
        json.put("purpose", call.purpose());
        if (call.request().operation() != null) {
            json.put("operation", call.request().operation());
        }
        if (call.request().mutation() != null) {
            json.set("mutation", Evidence.exact(call.request().mutation()));
        }
        if (call.request().keys() != null) {
            json.set("keys", Evidence.exact(call.request().keys()));
        }
        return CanonicalJson.of(json).digest();
    }

    /** Of what is to be done, whatever the form in which it was sent, under this version of the product. */
    static Sha256 ofAction(PlannedWrite.Planned planned) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("product", planned.product().productId());
        json.put("product_hash", planned.product().hash());
        json.put("operation", planned.operation().wireName());
        json.set("mutation", Evidence.exact(sortedKeys(planned.mutation())));
        return CanonicalJson.of(json).digest();
    }

    /** In whichever order the keys were named, they mean the same records. */
    private static ObjectNode sortedKeys(ObjectNode mutation) {
        if (!mutation.path("keys").isArray()) {
            return mutation;
        }
        ObjectNode sorted = mutation.deepCopy();
        ArrayNode keys = sorted.putArray("keys");
        mutation.path("keys").valueStream().map(JsonNode::asString).sorted().forEach(keys::add);
        return sorted;
    }
}
