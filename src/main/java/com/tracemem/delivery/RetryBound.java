package com.tracemem.delivery;

import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.Destination;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** How many attempts may follow a message's first, as the channel reads it from the integration's settings. */
public final class RetryBound implements ToIntFunction<DeliveryClaim> {
    private final IntegrationDirectory directory;
    private final Map<String, Channel> channels;

    /** @param channels by the integrations' types */
    public RetryBound(IntegrationDirectory directory, Map<String, Channel> channels) {
        this.directory = directory;
        this.channels = Map.copyOf(channels);
    }

    /** Without a bound where the integration or its channel is not there: the worker finds that out and says so. */
    @Override
    public int applyAsInt(DeliveryClaim claim) {
        Destination destination = new Destination(claim.tenantId(), claim.integrationId());
        IntegrationDirectory.Entry entry = directory.find(List.of(destination)).get(destination);
        Channel channel =
                entry == null ? null : channels.get(entry.integration().type());
        return entry == null || channel == null ? Integer.MAX_VALUE : channel.maxRetries(entry.integration());
    }
}
