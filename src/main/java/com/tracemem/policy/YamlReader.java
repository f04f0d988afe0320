package com.tracemem.policy;

import com.tracemem.policy.PolicyText.Place;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads YAML 1.2 into a tree with places, event by event, so that nothing is built before its limits are checked.
 * Anchors and aliases are refused: they make a small text large, and a policy that means what it shows has none.
 */
final class YamlReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,100}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

    private static final Pattern ENDLESS = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    private final String source;
    private final Iterator<Event> events;
    private final Places places = new Places();

    YamlReader(String source) {
        this.source = source;
        this.events = new Parse(LoadSettings.builder()
                        .setLabel("policy")
                        .setCodePointLimit(PolicyText.LONGEST)
                        .setMaxAliasesForCollections(1)
                        .build())
                .parseString(source)
                .iterator();
    }

    PolicyText read() {
        try {
            Event event = events.next();
            while (!(event instanceof DocumentStartEvent)) {
                if (event instanceof StreamEndEvent) {
                    throw PolicyText.refused(Place.UNKNOWN, "is empty; send a policy in YAML or JSON");
                }
                event = events.next();
            }
            JsonNode json = value(events.next(), "", 1);
            Event after = events.next();
            while (after instanceof DocumentEndEvent) {
                after = events.next();
            }
            if (!(after instanceof StreamEndEvent)) {
                throw PolicyText.refused(place(after), "is followed by another document; send one at a time");
            }
            return new PolicyText(source, json, places.all());
        } catch (MarkedYamlEngineException broken) {
            Place place = broken.getProblemMark().map(YamlReader::place).orElse(Place.UNKNOWN);
            throw PolicyText.refused(place, "is not YAML that can be read: " + broken.getProblem());
        } catch (YamlEngineException broken) {
            throw PolicyText.refused(
                    Place.UNKNOWN, "is not YAML that can be read; check its characters and indentation");
        }
    }

    private JsonNode value(Event event, String path, int depth) {
        Place place = place(event);
        if (event instanceof AliasEvent) {
            throw PolicyText.refused(place, "has a YAML alias; write the value out");
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw PolicyText.refused(place, "has a YAML anchor; write each value out where it is used");
        }
        if (depth > PolicyText.DEEPEST) {
            throw PolicyText.refused(place, "is nested deeper than " + PolicyText.DEEPEST + " levels; make it flatter");
        }
        places.put(path, place);
        return switch (event) {
            case MappingStartEvent start -> {
                refuseTag(start.getTag(), place);
                yield mapping(path, depth);
            }
            case SequenceStartEvent start -> {
                refuseTag(start.getTag(), place);
                yield sequence(path, depth);
            }
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), place);
                yield scalar(scalar, place);
            }
            default -> throw PolicyText.refused(place, "ends too early");
        };
    }

    private static void refuseTag(Optional<String> tag, Place place) {
        if (tag.isPresent() && !tag.get().equals("!")) {
            throw PolicyText.refused(place, "has a YAML tag; write plain values");
        }
    }

    private ObjectNode mapping(String path, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            Place place = place(key);
            if (!(key instanceof ScalarEvent scalar) || scalar.getAnchor().isPresent()) {
                throw PolicyText.refused(place, "has a name that is not plain text");
            }
            String name = Places.name(scalar.getValue(), place);
            if (object.has(name)) {
                throw PolicyText.refused(place, "has the name '" + name + "' twice in one mapping");
            }
            object.set(name, value(events.next(), PolicyText.child(path, name), depth + 1));
        }
        return object;
    }

    private ArrayNode sequence(String path, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (Event item = events.next(); !(item instanceof SequenceEndEvent); item = events.next()) {
            array.add(value(item, path + "[" + array.size() + "]", depth + 1));
        }
        return array;
    }

    /** By the core schema of YAML 1.2. */
    private static JsonNode scalar(ScalarEvent scalar, Place place) {
        String text = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN || scalar.getTag().isPresent()) {
            return NODES.stringNode(text);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
            case "true", "True", "TRUE" -> NODES.booleanNode(true);
            case "false", "False", "FALSE" -> NODES.booleanNode(false);
            default -> {
                if (INTEGER.matcher(text).matches()) {
                    yield NODES.numberNode(new BigInteger(text.startsWith("+") ? text.substring(1) : text));
                }
                if (text.length() <= 100 && DECIMAL.matcher(text).matches()) {
                    yield NODES.numberNode(new BigDecimal(text));
                }
                if (ENDLESS.matcher(text).matches()) {
                    throw PolicyText.refused(place, "has a number that is not finite; JSON has none");
                }
                yield NODES.stringNode(text);
            }
        };
    }

    private static Place place(Event event) {
        Place start = event.getStartMark().map(YamlReader::place).orElse(Place.UNKNOWN);
        Place.Inner inner = Place.Inner.UNKNOWN;
        if (event instanceof ScalarEvent scalar) {
            inner = switch (scalar.getScalarStyle()) {
                case PLAIN -> Place.Inner.PLAIN;
                case SINGLE_QUOTED -> Place.Inner.SINGLE;
                case DOUBLE_QUOTED -> Place.Inner.DOUBLE;
                case LITERAL, FOLDED -> Place.Inner.BLOCK;
                default -> Place.Inner.UNKNOWN;
            };
        }
        return new Place(start.line(), start.column(), inner);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1, Place.Inner.UNKNOWN);
    }
}
