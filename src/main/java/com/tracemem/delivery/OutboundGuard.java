package com.tracemem.delivery;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import java.net.InetAddress;
import java.util.Objects;
import javax.net.SocketFactory;

/**
 * Keeps calls that an administrator configured, and a name server directs, away from the inside of the network
 * (server-side request forgery).
 *
 * <p>The address that is really connected to is checked, at every connection and also when it came as a literal: a name
 * that was harmless when it was configured may point elsewhere by now.
 */
public final class OutboundGuard {
    private static final IPAddressGenerator ADDRESSES = new IPAddressGenerator();

    private final OutboundAllow allow;

    public OutboundGuard(OutboundAllow allow) {
        this.allow = allow;
    }

    /** How far an address may be trusted with a message. */
    public enum Reach {
        /** On the public internet: encrypted calls only. */
        PUBLIC,
        /** Private or reserved, and opened by the operator: unencrypted calls too. */
        OPENED,
        /** Never called. */
        BLOCKED
    }

    public Reach reach(InetAddress address) {
        return reach(Objects.requireNonNull(ADDRESSES.from(address.getAddress())));
    }

    Reach reach(IPAddress address) {
        IPAddress destination = AddressRanges.destination(address);
        if (AddressRanges.isMetadata(destination)) {
            return allow.names(destination) ? Reach.OPENED : Reach.BLOCKED;
        }
        if (AddressRanges.isSpecial(destination)) {
            return allow.contains(destination) ? Reach.OPENED : Reach.BLOCKED;
        }
        return Reach.PUBLIC;
    }

    /**
     * Refuses an address that may not be called.
     *
     * @param encrypted whether the call is; unencrypted ones go to opened addresses only
     */
    void check(InetAddress address, boolean encrypted) throws BlockedAddressException {
        switch (reach(address)) {
            case OPENED -> {}
            case PUBLIC -> {
                if (!encrypted) {
                    throw new BlockedAddressException(UNENCRYPTED);
                }
            }
            case BLOCKED -> throw new BlockedAddressException(BLOCKED);
        }
    }

    /** What to say of a URL with {@code http://} and a public address. */
    public static final String UNENCRYPTED =
            "The address is on the public internet, where unencrypted http:// is not possible: use https://";

    /** What to say of an address that is not open. */
    public static final String BLOCKED =
            "The address is private or reserved, so it is not called: use a public address,"
                    + " or let the operator open it with " + OutboundAllow.SETTING;

    /** Sockets that connect only to where the guard lets them. */
    public SocketFactory sockets(boolean encrypted) {
        return new GuardedSockets(this, encrypted);
    }
}
