package com.tracemem.delivery;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that may be called although they are private or reserved: what {@code TRACEMEM_OUTBOUND_ALLOW} lists.
 *
 * @param ranges single addresses and CIDR blocks
 */
public record OutboundAllow(List<IPAddress> ranges) {
    /** The setting's name, for sentences. */
    public static final String SETTING = "TRACEMEM_OUTBOUND_ALLOW";

    public static final OutboundAllow NOTHING = new OutboundAllow(List.of());

    private static final IPAddressStringParameters STRICT = new IPAddressStringParameters.Builder()
            .allowEmpty(false)
            .allowAll(false)
            .allowSingleSegment(false)
            .allowMask(false)
            .setRangeOptions(RangeParameters.NO_RANGE)
            .getIPv4AddressParametersBuilder()
            .allow_inet_aton(false)
            .getParentBuilder()
            .toParams();

    public OutboundAllow {
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads a list parted by commas, such as {@code 10.1.0.0/16, 127.0.0.1}; null or blank opens nothing.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static OutboundAllow parse(@Nullable String list) {
        if (list == null || list.isBlank()) {
            return NOTHING;
        }
        List<IPAddress> ranges = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            ranges.add(range(part.strip()));
        }
        return new OutboundAllow(ranges);
    }

    /** Whether the address is in one of the ranges. */
    boolean contains(IPAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Whether the list has an entry for this one address alone. */
    boolean names(IPAddress address) {
        return ranges.stream().anyMatch(range -> !range.isMultiple() && range.contains(address));
    }

    private static IPAddress range(String text) {
        try {
            IPAddress address = new IPAddressString(text, STRICT).toAddress();
            if (address != null) {
                return address.isPrefixed() ? address.toPrefixBlock() : address;
            }
        } catch (AddressStringException | IncompatibleAddressException notAnAddress) {
            // The sentence below says the same for every wrong form.
        }
        throw new IllegalArgumentException(SETTING + " lists '" + text
                + "', which is no address or CIDR block: give a list like 10.1.0.0/16,127.0.0.1");
    }
}
