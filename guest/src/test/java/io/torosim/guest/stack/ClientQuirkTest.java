package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Tcp;
import org.junit.jupiter.api.Test;

/** The defects of connections that the guest opens, each on, as in 2018, and off: what a peer sees of it. */
final class ClientQuirkTest {
    @Test
    void synSentOnce() {
        ClientRig on = ClientRig.without();
        on.runUntil(2000);
        assertThat(on.sent()).containsExactly("S 300");
        assertThat(on.count("fail")).isEqualTo(1);

        ClientRig off = ClientRig.without(NetworkQuirk.SYN_SENT_ONCE);
        off.runUntil(320);
        assertThat(off.sent()).as("after 50, 150 ms").containsExactly("S 300", "S 300", "S 300");
        off.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        assertThat(off.events).containsExactly("begin", "open");
        assertThat(off.sent()).endsWith("A 301", "PA 301");
    }

    @Test
    void failedConnectStays() {
        ClientRig on = ClientRig.without();
        on.runUntil(2000);
        assertThat(on.stack.sockets()).hasSize(1);
        assertThat(on.stack.sockets().get(0).state()).isEqualTo(State.BLOCKED);
        assertThat(on.events).containsExactly("begin", "fail", "timeout");
        assertThat(on.kernel.isIdle(0)).as("its service never sleeps again").isFalse();

        ClientRig off = ClientRig.without(NetworkQuirk.FAILED_CONNECT_STAYS);
        off.runUntil(2000);
        assertThat(off.stack.sockets()).isEmpty();
        assertThat(off.events).containsExactly("begin", "fail");
        assertThat(off.kernel.isIdle(0)).isTrue();
    }

    @Test
    void connectBufferLeaks() {
        ClientRig on = ClientRig.without();
        on.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        assertThat(on.stack.counters().buffersLeaked()).isEqualTo(1);

        ClientRig off = ClientRig.without(NetworkQuirk.CONNECT_BUFFER_LEAKS);
        off.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        assertThat(off.events).containsExactly("begin", "open");
        assertThat(off.stack.counters().buffersLeaked()).isZero();
    }

    @Test
    void portsUsedOnce() {
        OutgoingPorts on = new OutgoingPorts(true);
        for (int port = 10_000; port <= 20_000; port++) {
            assertThat(on.searchLength()).isEqualTo(port - 9_999);
            assertThat(on.take(null)).isEqualTo(port);
            on.giveBack(port);
        }
        assertThat(on.take(null)).as("after 10,001 none is left").isZero();

        OutgoingPorts off = new OutgoingPorts(false);
        for (int i = 0; i < 30_000; i++) {
            assertThat(off.searchLength()).isEqualTo(1);
            assertThat(off.take(null)).as("in turn").isEqualTo(10_000 + i % 10_000);
            off.giveBack(10_000 + i % 10_000);
        }
        for (int i = 0; i < 10_000; i++) {
            off.take(null);
        }
        assertThat(off.searchLength()).isEqualTo(10_000);
        assertThat(off.take(null)).as("10,000 at a time").isZero();
        off.giveBack(17_000);
        assertThat(off.searchLength()).isEqualTo(7_001);
        assertThat(off.take(null)).isEqualTo(17_000);
    }
}
