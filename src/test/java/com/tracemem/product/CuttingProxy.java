package com.tracemem.product;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between a connector and its database and loses the connection at the commit. */
final class CuttingProxy implements AutoCloseable {
    /** When the connection is lost. */
    enum Cut {
        NEVER,
        /** The database never hears of the commit. */
        BEFORE_COMMIT,
        /** The database commits, and nobody hears of it. */
        AFTER_COMMIT,
        /** As {@link #AFTER_COMMIT}, and nobody gets through from then on. */
        AFTER_COMMIT_FOR_LONG
    }

    /** PostgreSQL's driver says it once, under a name that it uses from then on. */
    private static final Pattern PREPARED = Pattern.compile("(S_\\d+)\0COMMIT\0");

    private final ServerSocket server;
    private final String host;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Cut cut = Cut.NEVER;
    private volatile boolean closed;

    CuttingProxy(Connector.Settings to) {
        host = to.host();
        port = to.port();
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The settings of a connector that goes through here. */
    Connector.Settings through(Connector.Settings to) {
        return new Connector.Settings(
                to.type(),
                "127.0.0.1",
                server.getLocalPort(),
                to.database(),
                to.username(),
                to.tls(),
                to.poolSize(),
                1000,
                to.readTimeoutMs(),
                to.statementTimeoutMs());
    }

    void cut(Cut next) {
        cut = next;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (closed) {
                    client.close();
                    continue;
                }
                Socket database = new Socket(host, port);
                sockets.add(client);
                sockets.add(database);
                Thread.ofVirtual().start(() -> requests(client, database));
                Thread.ofVirtual().start(() -> answers(client, database));
            } catch (IOException over) {
                return;
            }
        }
    }

    private volatile Socket swallowing = new Socket();

    private void requests(Socket client, Socket database) {
        byte[] buffer = new byte[65_536];
        try (client;
                database) {
            InputStream in = client.getInputStream();
            OutputStream out = database.getOutputStream();
            String prepared = "COMMIT";
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                Matcher parse = PREPARED.matcher(text);
                prepared = parse.find() ? "\0" + parse.group(1) + "\0" : prepared;
                boolean commit = text.contains("COMMIT") || text.contains(prepared);
                if (commit && cut == Cut.BEFORE_COMMIT) {
                    cut = Cut.NEVER;
                    return;
                }
                if (commit && cut != Cut.NEVER) {
                    closed = cut == Cut.AFTER_COMMIT_FOR_LONG;
                    cut = Cut.NEVER;
                    swallowing = database;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException over) {
            // the other side went away
        }
    }

    private void answers(Socket client, Socket database) {
        byte[] buffer = new byte[65_536];
        try (client;
                database) {
            InputStream in = database.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (swallowing.equals(database)) {
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException over) {
            // the other side went away
        }
    }

    /** Loses all connections, and lets none through from now on. */
    void shut() throws IOException {
        closed = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Lets connections through again. */
    void open() {
        closed = false;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
