package com.tracemem.product;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as text, and what is computed of it. */
final class JsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonText() {}

    /** What the text says; a text that is no JSON is a JSON text. */
    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException noJson) {
            return JsonNodeFactory.instance.stringNode(text);
        }
    }

    static ObjectNode parseObject(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    static String array(List<ObjectNode> objects) {
        return objects.stream().map(ObjectNode::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /** In the form of RFC 8785. Only for what this room wrote: small whole numbers, well-formed texts, little nesting. */
    static String canonical(JsonNode value) {
        try {
            return new String(new JsonCanonicalizer(value.toString()).getEncodedUTF8(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new IllegalStateException("A definition has no canonical form", impossible);
        }
    }

    /** The SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits. */
    static String sha256(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
