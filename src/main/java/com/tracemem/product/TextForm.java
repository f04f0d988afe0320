package com.tracemem.product;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/** What a text has to look like in a column that is no text to its database. */
public enum TextForm {
    /** Of an enum. */
    CHOICE("", ""),
    /** Several of a few, with commas between them. */
    CHOICES("", ""),
    ADDRESS("a network address, such as 192.0.2.1", "192.0.2.1"),
    ADDRESS_4("an IPv4 address, such as 192.0.2.1", "192.0.2.1"),
    ADDRESS_6("an IPv6 address, such as 2001:db8::1", "2001:db8::1"),
    NETWORK("a network, such as 192.0.2.0/24", "192.0.2.0/24"),
    HARDWARE_ADDRESS("a hardware address, such as 00:00:5e:00:53:01", "00:00:5e:00:53:01"),
    /** It may be negative, or more than a day. */
    TIME_SPAN("a time, such as 12:30:00", "12:30:00");

    private static final int SHOWN_CHOICES = 20;
    /** More than 64 members of a set have, and little enough to look at in any way. */
    private static final int LONGEST = 20_000;

    private static final int LONGEST_ADDRESS = 45;
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern BITS = Pattern.compile("/[0-9]{1,3}");
    private static final Pattern HARDWARE = Pattern.compile("[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}");
    private static final Pattern SPAN = Pattern.compile("-?[0-9]{1,3}:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?");

    private final String description;
    private final String usual;

    TextForm(String description, String usual) {
        this.description = description;
        this.usual = usual;
    }

    boolean isOf(String text, List<String> choices) {
        return text.length() <= LONGEST && matches(text, choices);
    }

    private boolean matches(String text, List<String> choices) {
        return switch (this) {
            case CHOICE -> choices.contains(text);
            case CHOICES -> text.isEmpty() || choices.containsAll(List.of(text.split(",", -1)));
            case ADDRESS -> isAddress(text) || (isAddress(address(text)) && hasBits(text));
            case ADDRESS_4 -> IPV4.matcher(text).matches() && isAddress(text);
            // which takes the other kind as well, within its own
            case ADDRESS_6 -> isAddress(text);
            case NETWORK -> isAddress(address(text)) && (hasBits(text) || isAddress(text));
            case HARDWARE_ADDRESS -> HARDWARE.matcher(text).matches();
            case TIME_SPAN -> SPAN.matcher(text).matches();
        };
    }

    private static String address(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    private static boolean hasBits(String text) {
        return BITS.matcher(text.substring(address(text).length())).matches();
    }

    private static boolean isAddress(String text) {
        if (text.length() > LONGEST_ADDRESS) {
            return false;
        }
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** As in {@code a network address, such as 192.0.2.1}. */
    String needed(List<String> choices) {
        return switch (this) {
            case CHOICE -> "one of " + shown(choices);
            case CHOICES -> "any of " + shown(choices) + ", with commas between";
            default -> description;
        };
    }

    private static String shown(List<String> choices) {
        String first = String.join(
                ", ", choices.stream().limit(SHOWN_CHOICES).map(Wording::quote).toList());
        return choices.size() > SHOWN_CHOICES ? first + ", …" : first;
    }

    /** Some that is of it. */
    String example(List<String> choices) {
        return choices.isEmpty() ? usual : choices.getFirst();
    }
}
