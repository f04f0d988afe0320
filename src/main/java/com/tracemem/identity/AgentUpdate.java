package com.tracemem.identity;

import java.util.Optional;

/** What to change of an agent; an empty field stays as it is, an empty description text removes it. */
public record AgentUpdate(
        Optional<String> name,
        Optional<String> description,
        Optional<Agent.Status> status,
        Optional<AgentPermissions> permissions) {

    public static AgentUpdate none() {
        return new AgentUpdate(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public AgentUpdate withStatus(Agent.Status newStatus) {
        return new AgentUpdate(name, description, Optional.of(newStatus), permissions);
    }

    public AgentUpdate withPermissions(AgentPermissions newPermissions) {
        return new AgentUpdate(name, description, status, Optional.of(newPermissions));
    }

    public AgentUpdate withName(String newName) {
        return new AgentUpdate(Optional.of(newName), description, status, permissions);
    }
}
