package com.tracemem.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a request's bytes as JSON (RFC 8259: UTF-8, one value), stricter than the grammar where evidence is at stake: a
 * name twice in one object is refused, and numbers keep every digit.
 */
final class RequestJson {
    private static final int LONGEST_NUMBER = 1_000;
    /** Each takes memory of its own, up to thirty times its bytes. */
    private static final int MOST_VALUES = 50_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private RequestJson() {}

    /** @throws RpcException for what is not JSON, or nested too deep */
    static JsonNode read(byte[] body, int nestingLimit) throws RpcException {
        scan(body, nestingLimit);
        try (JsonParser parser = MAPPER.createParser(body)) {
            JsonNode value = tree(parser);
            if (value == null || value.isMissingNode()) {
                throw new RpcException(
                        RpcError.notJson("The body is empty: send a JSON-RPC 2.0 request as a JSON object"));
            }
            if (parser.nextToken() != null) {
                throw new RpcException(RpcError.notJson(
                        "Something follows the JSON value" + at(parser.currentTokenLocation()) + ": send one value"));
            }
            return value;
        } catch (DatabindException twice) {
            throw new RpcException(RpcError.notJson(
                    "A name appears twice in one object" + at(twice.getLocation()) + ": send each name once"));
        } catch (JacksonException broken) {
            TokenStreamLocation location = broken.getLocation();
            boolean atTheEnd = location != null && location.getByteOffset() >= body.length;
            String what = atTheEnd ? "The JSON ends too early" : "The body is not valid JSON";
            throw new RpcException(RpcError.notJson(what + at(location)));
        }
    }

    private static JsonNode tree(JsonParser parser) throws RpcException {
        try {
            return MAPPER.readTree(parser);
        } catch (StreamConstraintsException tooLong) {
            throw new RpcException(RpcError.beyondLimits("A number or a name is too long" + at(parser.currentLocation())
                    + " (numbers have at most " + LONGEST_NUMBER + " characters): send it as a string"));
        } catch (NumberFormatException | ArithmeticException exponent) {
            // valid JSON whose exponent no number type holds
            throw new RpcException(RpcError.beyondLimits("A number is too large or too small"
                    + at(parser.currentTokenLocation()) + ": send it as a string"));
        }
    }

    private static String at(@Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /**
     * What is cheap to see in the bytes before anything is built of them: nesting, how many values, and an encoding other than UTF-8 (its
     * text holds zero bytes or a byte order mark that no UTF-8 text has).
     */
    private static void scan(byte[] body, int nestingLimit) throws RpcException {
        int depth = 0;
        int values = 0;
        boolean inText = false;
        for (int i = 0; i < body.length; i++) {
            byte b = body[i];
            if (b == 0 || b == (byte) 0xFE || b == (byte) 0xFF) {
                throw new RpcException(RpcError.notJson("The body is not UTF-8 text at byte " + (i + 1)));
            }
            if (inText) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inText = false;
                }
            } else if (b == '"') {
                inText = true;
            } else if (b == ',') {
                values++;
            } else if (b == '{' || b == '[') {
                values++;
                depth++;
                if (depth > nestingLimit) {
                    throw new RpcException(RpcError.tooDeep(nestingLimit));
                }
            } else if (b == '}' || b == ']') {
                depth--;
            }
            if (values > MOST_VALUES) {
                throw new RpcException(RpcError.beyondLimits(
                        "The request holds more than " + MOST_VALUES + " values: send less at once"));
            }
        }
    }
}
