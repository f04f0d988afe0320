package com.tracemem.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.Promise;
import com.tracemem.delivery.OutboundGuard.Reach;
import inet.ipaddr.IPAddressString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundGuardTest {
    private final OutboundGuard closed = new OutboundGuard(OutboundAllow.NOTHING);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.0.1",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "203.0.113.9",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:a00:1::",
                "2002:a9fe:a9fe::",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1"
            })
    @Promise("W5")
    void blocksWhatIsNotPublic(String address) throws Exception {
        assertThat(closed.reach(new IPAddressString(address).toAddress())).isEqualTo(Reach.BLOCKED);
        assertThat(closed.reach(InetAddress.getByAddress(
                        new IPAddressString(address).toAddress().getBytes())))
                .isEqualTo(Reach.BLOCKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "::ffff:1.1.1.1",
                "64:ff9b::1.1.1.1",
                "2002:101:101::1"
            })
    @Promise("W5")
    void letsPublicAddressesBeCalledEncrypted(String address) throws Exception {
        assertThat(closed.reach(new IPAddressString(address).toAddress())).isEqualTo(Reach.PUBLIC);
        InetAddress target = InetAddress.getByAddress(
                new IPAddressString(address).toAddress().getBytes());
        closed.check(target, true);
        assertThatThrownBy(() -> closed.check(target, false))
                .isInstanceOf(BlockedAddressException.class)
                .hasMessageContaining("https://");
    }

    @Test
    @Promise("W5")
    void theOperatorOpensRangesButMetadataOnlyByName() throws Exception {
        OutboundGuard open = new OutboundGuard(OutboundAllow.parse("10.1.0.0/16, 169.254.0.0/16,fc00::/7 , 127.0.0.1"));
        assertThat(open.reach(InetAddress.getByName("10.1.2.3"))).isEqualTo(Reach.OPENED);
        assertThat(open.reach(InetAddress.getByName("10.2.2.3"))).isEqualTo(Reach.BLOCKED);
        assertThat(open.reach(new IPAddressString("64:ff9b::10.1.2.3").toAddress()))
                .isEqualTo(Reach.OPENED);
        assertThat(open.reach(InetAddress.getByName("169.254.1.1"))).isEqualTo(Reach.OPENED);
        assertThat(open.reach(InetAddress.getByName("169.254.169.254"))).isEqualTo(Reach.BLOCKED);
        assertThat(open.reach(new IPAddressString("::ffff:169.254.169.254").toAddress()))
                .isEqualTo(Reach.BLOCKED);
        assertThat(open.reach(InetAddress.getByName("fd00:ec2::254"))).isEqualTo(Reach.BLOCKED);
        assertThat(open.reach(InetAddress.getByName("127.0.0.2"))).isEqualTo(Reach.BLOCKED);
        for (String exact : new String[] {"169.254.169.254", "169.254.169.254/32"}) {
            OutboundGuard named = new OutboundGuard(OutboundAllow.parse(exact));
            assertThat(named.reach(InetAddress.getByName("169.254.169.254"))).isEqualTo(Reach.OPENED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "localhost", "10.*", "10.0.0.1-5", "*", "1,2", ",", "10.0.0.0/8,,", "0x7f.1"})
    void saysWhichPartOfTheSettingIsNoRange(String list) {
        assertThatThrownBy(() -> OutboundAllow.parse(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRACEMEM_OUTBOUND_ALLOW");
    }

    @Test
    @Promise("W5")
    void checksAtTheMomentOfConnecting() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress target = new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
            try (var socket = closed.sockets(true).createSocket()) {
                assertThatThrownBy(() -> socket.connect(target))
                        .isInstanceOf(BlockedAddressException.class)
                        .hasMessageContaining("TRACEMEM_OUTBOUND_ALLOW");
            }
            assertThatThrownBy(() -> closed.sockets(true).createSocket("127.0.0.1", listening.getLocalPort()))
                    .isInstanceOf(BlockedAddressException.class);
            OutboundGuard open = new OutboundGuard(OutboundAllow.parse("127.0.0.0/8"));
            try (var socket = open.sockets(false).createSocket()) {
                socket.connect(target, 1000);
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }
}
