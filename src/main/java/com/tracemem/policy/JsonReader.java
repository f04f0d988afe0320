package com.tracemem.policy;

import com.tracemem.policy.PolicyText.Place;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON into a tree with places. */
final class JsonReader {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(PolicyText.DEEPEST)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String source;
    private final Places places = new Places();

    JsonReader(String source) {
        this.source = source;
    }

    PolicyText read() {
        try (JsonParser parser = MAPPER.createParser(source)) {
            JsonToken first = parser.nextToken();
            JsonNode json = value(parser, first, "");
            if (parser.nextToken() != null) {
                throw PolicyText.refused(place(parser), "goes on after its end; send one JSON object");
            }
            return new PolicyText(source, json, places.all());
        } catch (JacksonException broken) {
            TokenStreamLocation at = broken.getLocation();
            Place place = at == null || at.getLineNr() < 1
                    ? Place.UNKNOWN
                    : new Place(at.getLineNr(), at.getColumnNr(), Place.Inner.UNKNOWN);
            throw PolicyText.refused(
                    place, "is not JSON that can be read, or is nested deeper than " + PolicyText.DEEPEST + " levels");
        }
    }

    private JsonNode value(JsonParser parser, JsonToken token, String path) {
        Place place = place(parser);
        places.put(path, place);
        return switch (token) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private ObjectNode object(JsonParser parser, String path) {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = Places.name(parser.currentName(), place(parser));
            if (object.has(name)) {
                throw PolicyText.refused(place(parser), "has the name '" + name + "' twice in one object");
            }
            object.set(name, value(parser, parser.nextToken(), PolicyText.child(path, name)));
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, String path) {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token, path + "[" + array.size() + "]"));
        }
        return array;
    }

    private static Place place(JsonParser parser) {
        TokenStreamLocation at = parser.currentTokenLocation();
        boolean isText = parser.currentToken() == JsonToken.VALUE_STRING;
        return new Place(at.getLineNr(), at.getColumnNr(), isText ? Place.Inner.DOUBLE : Place.Inner.UNKNOWN);
    }
}
