package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.guest.remote.TcpConnection;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connections that the guest opens (Network.pas: SysSocketConnect). */
class OutgoingConnectionTest {
    /** Answers "ask" with "told", in one segment; may close first. */
    static final class Teller implements TcpConnection.Owner {
        private final boolean closesFirst;
        private final StringBuilder heard = new StringBuilder();

        Teller(boolean closesFirst) {
            this.closesFirst = closesFirst;
        }

        @Override
        public byte[] onOpen(TcpConnection connection) {
            return new byte[0];
        }

        @Override
        public void onData(TcpConnection connection, byte[] from, int offset, int bytes) {
            heard.append(new String(from, offset, bytes, StandardCharsets.US_ASCII));
            if (heard.toString().equals("ask")) {
                connection.sendLater("told".getBytes(StandardCharsets.US_ASCII));
                if (closesFirst) {
                    connection.closeLater();
                }
            }
        }

        @Override
        public void onPeerClosed(TcpConnection connection) {}

        @Override
        public void onFailed(TcpConnection connection, String reason) {}
    }

    private static ClientRig rig(Set<NetworkQuirk> quirks, LinkSpec wire, int connections) {
        ToroQuirks kernel = quirks.isEmpty() ? ToroQuirks.repaired() : ToroQuirks.faithful();
        return new ClientRig(kernel, quirks, wire, 1, connections, false);
    }

    @Test
    void handshakeDataAndEnd_segmentBySegment() {
        ClientRig rig = ClientRig.without();
        assertThat(rig.sent()).as("after 50 ms for ARP").containsExactly("S 300");
        byte[] syn = rig.out.get(1);
        assertThat(Tcp.sourcePort(syn)).isEqualTo(10_000);
        assertThat(Tcp.destinationPort(syn)).isEqualTo(ClientRig.PORT);
        assertThat(Tcp.checksumIsRight(syn)).isTrue();

        rig.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        assertThat(rig.sent()).containsExactly("S 300", "A 301", "PA 301");
        rig.answer(Tcp.ACK, 5001, 304, "");
        rig.answer(Tcp.ACK | Tcp.PSH, 5001, 304, "told");
        assertThat(rig.events).containsExactly("begin", "open", "receive told");
        rig.answer(Tcp.ACK | Tcp.FIN, 5005, 305, "");
        assertThat(rig.sent()).containsExactly("S 300", "A 301", "PA 301", "A 304", "FA 304", "A 305");
        assertThat(rig.stack.sockets()).isEmpty();
        assertThat(rig.stack.counters().connects()).isEqualTo(1);
    }

    @Test
    void answerWithoutPureAck_isRefused_asPushDoesNotAcknowledge() {
        ClientRig rig = ClientRig.without();
        rig.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        rig.answer(Tcp.ACK | Tcp.PSH, 5001, 304, "told"); // acknowledges "ask" too
        assertThat(rig.events).containsExactly("begin", "open");
        rig.answer(Tcp.ACK, 5001, 304, "");
        rig.answer(Tcp.ACK | Tcp.PSH, 5001, 304, "told"); // sent again
        assertThat(rig.events).containsExactly("begin", "open", "receive told");
    }

    @Test
    void otherNumbers_andOtherPorts_areNotTheAnswer() {
        ClientRig rig = ClientRig.without();
        rig.answer(Tcp.SYN | Tcp.ACK, 5000, 300, "");
        rig.answer(Tcp.ACK, 5000, 301, "");
        rig.answer(Tcp.SYN, 5000, 0, "");
        assertThat(rig.events).containsExactly("begin");
        assertThat(rig.stack.sockets()).hasSize(1);
        rig.answer(Tcp.SYN | Tcp.ACK, 5000, 301, "");
        assertThat(rig.events).containsExactly("begin", "open");
    }

    @Test
    void hostThatAnswers_eitherSideClosesFirst() {
        for (boolean hostCloses : new boolean[] {false, true}) {
            ClientRig rig = rig(EnumSet.noneOf(NetworkQuirk.class), LinkSpec.perfect(), 5);
            rig.host.listen(ClientRig.PORT, () -> new Teller(hostCloses));
            rig.runUntil(3000);
            assertThat(rig.count("receive told"))
                    .as("host closes: " + hostCloses)
                    .isEqualTo(5);
            assertThat(rig.stack.sockets()).isEmpty();
            assertThat(rig.host.badChecksums()).isZero();
        }
    }

    @Test
    void nobodyListens_failsAtOnceWhereResetsAreHeard() {
        ClientRig rig = rig(EnumSet.noneOf(NetworkQuirk.class), LinkSpec.perfect(), 1);
        rig.runUntil(60);
        assertThat(rig.events).containsExactly("begin", "fail");
        assertThat(rig.stack.sockets()).isEmpty();
    }

    @Test
    void nobodyThere_failsAfterThreeRequestsForTheAddress() {
        ClientRig rig =
                new ClientRig(ToroQuirks.faithful(), EnumSet.allOf(NetworkQuirk.class), LinkSpec.perfect(), 1, 1, true);
        rig.runUntil(199);
        assertThat(rig.events).containsExactly("begin");
        rig.runUntil(260);
        assertThat(rig.events).startsWith("begin", "fail");
        assertThat(rig.sent()).isEmpty();
        assertThat(rig.stack.counters().all()).containsEntry("addresses not resolved", 1L);
    }

    @Test
    void roundTripLongerThan50Milliseconds_isTooFar_in2018() {
        LinkSpec far = LinkSpec.perfect().withDelay(Duration.ofMillis(26), Duration.ZERO);
        ClientRig faithful = rig(EnumSet.allOf(NetworkQuirk.class), far, 1);
        faithful.host.listen(ClientRig.PORT, () -> new Teller(false));
        faithful.runUntil(3000);
        assertThat(faithful.events).contains("fail").doesNotContain("open");

        ClientRig repaired = rig(EnumSet.noneOf(NetworkQuirk.class), far, 1);
        repaired.host.listen(ClientRig.PORT, () -> new Teller(false));
        repaired.runUntil(3000);
        assertThat(repaired.events).containsExactly("begin", "open", "receive told");
    }

    /** The packet thread has gone idle by then, and the service thread, which has a connection, keeps it from its turn. */
    @Test
    void answerAfter200Milliseconds_isNeverRead_whileIdlePollersAreSkipped() {
        EnumSet<NetworkQuirk> quirks = EnumSet.allOf(NetworkQuirk.class);
        quirks.remove(NetworkQuirk.SYN_SENT_ONCE);
        LinkSpec far = LinkSpec.perfect().withDelay(Duration.ofMillis(110), Duration.ZERO);
        for (boolean skipped : new boolean[] {true, false}) {
            ToroQuirks faithful = ToroQuirks.faithful();
            ToroQuirks kernel = skipped ? faithful : faithful.without(ToroQuirk.POLLERS_SKIPPED);
            ClientRig rig = new ClientRig(kernel, quirks, far, 1, 1, false);
            rig.host.listen(ClientRig.PORT, () -> new Teller(false));
            rig.runUntil(5000);
            assertThat(rig.events.contains("open")).isEqualTo(!skipped);
        }
    }

    @Test
    void wrongCalls_areRefused() {
        ClientRig rig = ClientRig.without();
        ServiceCall call = new ServiceCall(rig.stack.code());
        call.begin(null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> call.connect(ClientRig.SERVER, 0, socket -> {}))
                .withMessage("port must be in [1, 65535], port=0");
        assertThatThrownBy(call::close).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(call::read).isInstanceOf(IllegalStateException.class);
        call.end();
        assertThatThrownBy(() -> call.print("late")).hasMessageContaining("the callback has returned");
    }
}
