package com.tracemem.mcp;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.mcp.tool.Arguments;
import com.tracemem.mcp.tool.RefusedException;
import com.tracemem.mcp.tool.Tool;
import com.tracemem.mcp.tool.Wording;
import com.tracemem.trace.NotCanonicalException;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lists the tools and calls them. */
final class ToolCalls {
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final String list;

    ToolCalls(List<Tool> tools) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode definitions = answer.putArray("tools");
        for (Tool tool : tools) {
            Tool other = this.tools.put(tool.definition().name(), tool);
            if (other != null) {
                throw new IllegalArgumentException(
                        "Two tools are called " + tool.definition().name());
            }
            definitions.add(tool.definition().toJson());
        }
        this.list = answer.toString();
    }

    /** The result of {@code tools/list}, as JSON. */
    String list() {
        return list;
    }

    /** Calls a tool and gives the result, as JSON. */
    String call(AgentPrincipal agent, ObjectNode params) throws RpcException {
        Tool tool = tool(params.get("name"));
        Arguments arguments = new Arguments(arguments(params.get("arguments")));
        return switch (outcome(tool, agent, arguments)) {
            case Outcome.Done<ObjectNode>(ObjectNode answer) -> result(answer, arguments);
            case Outcome.Refused<ObjectNode>(Refusal refusal) -> throw new RpcException(RpcError.of(refusal));
        };
    }

    private Tool tool(JsonNode name) throws RpcException {
        if (name == null
                || name.isNull()
                || (name.isString() && name.stringValue().isBlank())) {
            throw invalid("name is required");
        }
        if (!name.isString()) {
            throw invalid("name must be a string, not " + Wording.kind(name));
        }
        Tool tool = tools.get(name.stringValue());
        if (tool == null) {
            throw new RpcException(RpcError.unknownTool(name.stringValue()));
        }
        return tool;
    }

    private static ObjectNode arguments(JsonNode arguments) throws RpcException {
        if (arguments == null || arguments.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (arguments instanceof ObjectNode object) {
            return object;
        }
        throw invalid("arguments must be an object, not " + Wording.kind(arguments));
    }

    private static Outcome<ObjectNode> outcome(Tool tool, AgentPrincipal agent, Arguments arguments) {
        try {
            return tool.call(agent, arguments);
        } catch (RefusedException refused) {
            return new Outcome.Refused<>(refused.refusal());
        } catch (NotCanonicalException notKept) {
            return Outcome.refused(Refusal.Code.INVALID, notKept.sentence());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Outcome.refused(Refusal.Code.OVERLOADED, "The server is stopping: try again in a moment");
        }
    }

    private static String result(ObjectNode answer, Arguments arguments) {
        List<String> warnings = arguments.warnings();
        if (!warnings.isEmpty()) {
            warnings.forEach(answer.putArray("warnings")::add);
        }
        String json = answer.toString();
        return "{\"content\":[{\"type\":\"text\",\"text\":" + RpcReply.quoted(json) + "}],\"structuredContent\":" + json
                + "}";
    }

    private static RpcException invalid(String sentence) {
        return new RpcException(RpcError.invalidRequest(sentence));
    }
}
