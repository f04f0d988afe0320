package com.tracemem.mcp;

import com.tracemem.identity.AgentPrincipal;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Reads a request, carries it out, and always has an answer. */
final class JsonRpc {
    private static final Logger log = LoggerFactory.getLogger(JsonRpc.class);

    private final Handshake handshake;
    private final ToolCalls tools;
    private final int nestingLimit;

    JsonRpc(Handshake handshake, ToolCalls tools, int nestingLimit) {
        this.handshake = handshake;
        this.tools = tools;
        this.nestingLimit = nestingLimit;
    }

    RpcReply answer(AgentPrincipal agent, byte[] body) {
        String id = RpcRequest.NO_ID;
        try {
            JsonNode message = RequestJson.read(body, nestingLimit);
            id = RpcRequest.idOf(message);
            RpcRequest request = RpcRequest.of(message);
            return request.isNotification() ? RpcReply.ACCEPTED : RpcReply.result(id, result(agent, request));
        } catch (RpcException refused) {
            return RpcReply.error(id, refused.error());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError fault) {
            return RpcReply.error(id, logged(fault, "agent " + agent.agentId()));
        }
    }

    private String result(AgentPrincipal agent, RpcRequest request) throws RpcException {
        return switch (request.method()) {
            case "tools/call" -> tools.call(agent, request.params());
            case "tools/list" -> tools.list();
            case "initialize" -> handshake.answer(request.params());
            case "ping" -> "{}";
            default -> throw new RpcException(RpcError.methodNotFound(request.method()));
        };
    }

    /**
     * The error that names a fault of ours, which goes to the log under the same reference.
     *
     * @param where for the operator
     */
    RpcError logged(Throwable fault, String where) {
        String reference = UUID.randomUUID().toString();
        log.error("Unexpected error, reference {}, {}", reference, where, fault);
        return RpcError.fault(reference);
    }

    /** An error for a request that is not carried out; repeats its id if the body has one. */
    RpcReply refusal(byte[] body, RpcError error) {
        try {
            return RpcReply.error(RpcRequest.idOf(RequestJson.read(body, nestingLimit)), error);
        } catch (RpcException noRequest) {
            return RpcReply.error(RpcRequest.NO_ID, error);
        }
    }
}
