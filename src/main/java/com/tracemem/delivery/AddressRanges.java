package com.tracemem.delivery;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are not on the public internet, after the IANA special-purpose address registries. The JDK's
 * {@code InetAddress.is…} methods know only half of them.
 */
final class AddressRanges {
    private static final List<IPAddress> SPECIAL = parse(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8");

    /** Where clouds answer with credentials to whoever asks from within. */
    private static final List<IPAddress> METADATA = parse("169.254.169.254", "fd00:ec2::254");

    private static final IPAddress TRANSLATED = parse("64:ff9b::/96").getFirst();
    private static final IPAddress SIX_TO_FOUR = parse("2002::/16").getFirst();

    private AddressRanges() {}

    static boolean isSpecial(IPAddress address) {
        return isIn(SPECIAL, address);
    }

    static boolean isMetadata(IPAddress address) {
        return METADATA.stream().anyMatch(metadata -> metadata.contains(address));
    }

    /**
     * The address that packets end up at: the IPv4 address within an IPv4-mapped, NAT64 or 6to4 form, else the address
     * itself.
     */
    static IPAddress destination(IPAddress address) {
        if (address.isIPv6()) {
            IPv6Address six = address.toIPv6();
            if (six.isIPv4Mapped() || TRANSLATED.contains(six)) {
                return six.getEmbeddedIPv4Address();
            }
            if (SIX_TO_FOUR.contains(six)) {
                return six.get6To4IPv4Address();
            }
            return six.hasZone() ? six.removeZone() : six;
        }
        IPv4Address four = address.toIPv4();
        return four;
    }

    private static boolean isIn(List<IPAddress> ranges, IPAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<IPAddress> parse(String... ranges) {
        return Stream.of(ranges)
                .map(range -> new IPAddressString(range).getAddress().toPrefixBlock())
                .toList();
    }
}
