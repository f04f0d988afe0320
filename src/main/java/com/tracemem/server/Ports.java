package com.tracemem.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** TCP ports of this machine. */
final class Ports {
    private Ports() {}

    /** A port that nobody listens on at this moment. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new StartFailure("This machine has no free TCP port to listen on: " + failure.getMessage() + ".");
        }
    }

    /**
     * Finds out early whether the server will be able to listen.
     *
     * @throws StartFailure when it will not
     */
    static void requireFree(String bindAddress, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bindAddress, port));
        } catch (BindException taken) {
            throw cannotListen(bindAddress, port, taken);
        } catch (IOException failure) {
            throw cannotListen(bindAddress, port, failure);
        }
    }

    static InetAddress address(String bindAddress) {
        try {
            return InetAddress.getByName(bindAddress);
        } catch (UnknownHostException unknown) {
            throw new StartFailure("TRACEMEM_BIND_ADDRESS is '" + bindAddress + "', which is no address.");
        }
    }

    static StartFailure cannotListen(String bindAddress, int port, IOException failure) {
        return new StartFailure("TraceMem cannot listen on " + bindAddress + " port " + port + " ("
                + failure.getMessage() + "). Stop what uses that port, or set TRACEMEM_PORT to another port"
                + " (TRACEMEM_BIND_ADDRESS to another address of this machine).");
    }
}
