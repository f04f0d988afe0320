package com.tracemem.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** The whole page. Complete without scripts; the script only fetches the list again when something changed. */
record Page(List<Entry> entries, long version, Instant now, String token, boolean ready) {
    private static final String STYLE = resource("page.css");
    private static final String SCRIPT = resource("page.js");

    String html(String nonce) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <style nonce="%s">%s</style>
                </head>
                <body>
                <header>
                <p class="brand">TraceMem <span>sandbox</span></p>
                <h1>You are %s</h1>
                <p>Agents' requests arrive here as signed webhooks. Your answer goes back as a signed callback, and the\
                 agent that waits for it sees it at once.</p>
                </header>
                <main id="list" data-version="%d">
                %s
                </main>
                <footer>
                <noscript><p><a href="/">Reload</a> this page to see what arrived since.</p></noscript>
                <p>This page belongs to <code>serve --demo</code>. It shows the newest %d approvals and is not part of\
                 the product.</p>
                </footer>
                <script nonce="%s">%s</script>
                </body>
                </html>
                """.formatted(
                        title(),
                        nonce,
                        STYLE,
                        Html.escape(CallbackSender.APPROVER_NAME),
                        version,
                        list(),
                        Inbox.LIMIT,
                        nonce,
                        SCRIPT);
    }

    /** What is inside {@code main}: also sent alone, when the list is fetched again. */
    String list() {
        List<Entry> pending = entries.stream().filter(Entry::isPending).toList();
        List<Entry> answered =
                entries.stream().filter(entry -> !entry.isPending()).toList();
        if (entries.isEmpty()) {
            return ready
                    ? "<div class=\"empty\"><p><strong>Nothing has arrived yet.</strong></p><p>Let an agent ask for an"
                            + " approval: the console that started the server shows a command to copy.</p></div>"
                    : "<div class=\"empty\"><p><strong>Not connected yet.</strong></p><p>No webhook integration of the"
                            + " product points at this sandbox, so nothing can arrive.</p></div>";
        }
        return section("Waiting for you", pending, "<p class=\"quiet\">All answered. Well done.</p>")
                + section("Answered", answered, "");
    }

    private String title() {
        long pending = entries.stream().filter(Entry::isPending).count();
        return (pending == 0 ? "" : "(" + pending + ") ") + "Approvals – TraceMem sandbox";
    }

    private String section(String heading, List<Entry> shown, String whenEmpty) {
        if (shown.isEmpty() && whenEmpty.isEmpty()) {
            return "";
        }
        Times times = new Times(now, ZoneId.systemDefault());
        StringBuilder cards = new StringBuilder();
        shown.forEach(entry -> cards.append(new EntryCard(entry, times, token).html()));
        return "<section>\n<h2>" + heading + " <span class=\"count\">" + shown.size() + "</span></h2>\n"
                + (shown.isEmpty() ? whenEmpty : cards) + "</section>\n";
    }

    private static String resource(String name) {
        try (InputStream stream = Page.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("The sandbox's " + name + " is missing from the application.");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
