package com.tracemem.delivery;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a text before it leaves: what an agent writes to an approver passes through other people's
 * systems. Only shapes that are hardly ever anything else are known: cloud, code host and chat tokens, signed web tokens,
 * private keys, passwords in addresses and after {@code password=}, and this product's own keys.
 */
public final class SecretMask {
    /** Stands where a secret was. */
    public static final String MASK = "[masked]";

    private static final Pattern SECRETS = Pattern.compile("""
            \\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b
            |\\bgh[opsur]_[A-Za-z0-9]{36,255}
            |\\bgithub_pat_[A-Za-z0-9_]{22,255}
            |\\bxox[a-z]-[A-Za-z0-9-]{10,255}
            |\\bxapp-[A-Za-z0-9-]{10,255}
            |\\beyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{8,}+
            |-----BEGIN\\ [A-Z0-9\\ ]{0,40}PRIVATE\\ KEY-----(?s:.)*?(?:-----END\\ [A-Z0-9\\ ]{0,40}PRIVATE\\ KEY-----|\\z)
            |\\btm_[A-Za-z0-9_-]{20,}+
            |\\bwhsec_[A-Za-z0-9+/=]{24,}+
            |(?<before>://[^\\s:/@]{1,200}:)[^\\s/@]{1,200}(?=@)
            |(?<name>(?i:pass(?:word|wd|phrase)|pwd|api[_-]?key|secret(?:[_-]?key)?|(?:access|auth|bearer)[_-]?token)
                ["']?\\s{0,4}=\\s{0,4}|(?i:password|passwd|api[_-]?key)["']?:\\s{0,4})
                (?!\\[masked])(?:"[^"\\n]{1,500}"|'[^'\\n]{1,500}'|[^\\s"',;&]{1,500})
            """, Pattern.COMMENTS);

    private SecretMask() {}

    /**
     * A text without its secrets.
     *
     * @param masked how many were taken out
     */
    public record Masked(String text, int masked) {}

    public static Masked mask(String text) {
        Matcher matcher = SECRETS.matcher(text);
        if (!matcher.find()) {
            return new Masked(text, 0);
        }
        StringBuilder kept = new StringBuilder(text.length());
        int masked = 0;
        do {
            String before = matcher.group("before");
            String name = matcher.group("name");
            String stays = before != null ? before : name != null ? name : "";
            matcher.appendReplacement(kept, Matcher.quoteReplacement(stays + MASK));
            masked++;
        } while (matcher.find());
        return new Masked(matcher.appendTail(kept).toString(), masked);
    }
}
