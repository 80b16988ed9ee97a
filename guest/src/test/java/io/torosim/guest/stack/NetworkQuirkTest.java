package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each defect on, as in 2018, and off: what a peer sees of it. */
final class NetworkQuirkTest {
    private static final int PORT = 40_000;

    private static List<byte[]> request(StackRig rig) {
        rig.open(PORT);
        return rig.send(rig.segment(PORT, Tcp.ACK | Tcp.PSH, 1001, 301, "x"));
    }

    /** Loses the next data segment of the guest, once. */
    private static void loseNextData(StackRig rig) {
        boolean[] lost = new boolean[1];
        rig.link.filter((direction, frame) -> {
            boolean data = direction == Link.Direction.OUT && Tcp.isWhole(frame) && Tcp.data(frame).length > 0;
            boolean loses = data && !lost[0];
            lost[0] |= loses;
            return !loses;
        });
    }

    @Test
    void neverRetransmits() {
        StackRig on = StackRig.faithful();
        loseNextData(on);
        request(on);
        on.run(1000);
        assertThat(on.stack.counters().segmentsSent()).isEqualTo(1);
        assertThat(on.stack.sockets().get(0).event()).isEqualTo(Event.CLOSING);

        StackRig off = StackRig.without(NetworkQuirk.NEVER_RETRANSMITS);
        loseNextData(off);
        request(off);
        int before = off.out.size();
        off.run(60);
        assertThat(StackRig.flags(off.out.subList(before, off.out.size()))).containsExactly("PA");
        assertThat(off.stack.counters().retransmissions()).isEqualTo(1);
    }

    @Test
    void stopAndWait() {
        StackRig on = StackRig.faithful();
        on.answer = new byte[5000];
        assertThat(StackRig.flags(request(on))).containsExactly("A", "A");

        StackRig off = StackRig.without(NetworkQuirk.STOP_AND_WAIT);
        off.answer = new byte[5000];
        List<byte[]> out = request(off);
        assertThat(StackRig.flags(out)).containsExactly("A", "A", "A", "A", "A", "PA");
        assertThat(out.subList(1, 6).stream().map(Tcp::sequence)).containsExactly(301, 1501, 2701, 3901, 5101);
        out = off.send(off.segment(PORT, Tcp.ACK, 1002, 5301, ""));
        assertThat(StackRig.flags(out)).containsExactly("FA");
    }

    @Test
    void anyAckCounts() {
        StackRig on = StackRig.faithful();
        on.answer = new byte[2000];
        request(on);
        List<byte[]> out = on.send(on.segment(PORT, Tcp.ACK, 1002, 301, "")); // acknowledges nothing
        assertThat(StackRig.flags(out)).containsExactly("PA");

        StackRig off = StackRig.without(NetworkQuirk.ANY_ACK_COUNTS);
        off.answer = new byte[2000];
        request(off);
        assertThat(off.send(off.segment(PORT, Tcp.ACK, 1002, 301, ""))).isEmpty();
        assertThat(StackRig.flags(off.send(off.segment(PORT, Tcp.ACK, 1002, 1501, ""))))
                .containsExactly("PA");
    }

    @Test
    void pushDoesNotAcknowledge() {
        StackRig on = StackRig.faithful();
        on.closes = false;
        request(on);
        on.send(on.segment(PORT, Tcp.ACK, 1002, 307, "")); // the answer is acknowledged
        List<byte[]> out = on.send(on.segment(PORT, Tcp.ACK | Tcp.PSH, 1002, 307, "y"));
        assertThat(StackRig.flags(out)).as("acknowledged, but not answered").containsExactly("A");
        out = on.send(on.segment(PORT, Tcp.ACK, 1003, 307, ""));
        assertThat(StackRig.flags(out)).as("a pure ACK releases the answer").containsExactly("PA");

        StackRig off = StackRig.without(NetworkQuirk.PUSH_DOES_NOT_ACKNOWLEDGE);
        off.closes = false;
        request(off);
        off.send(off.segment(PORT, Tcp.ACK, 1002, 307, ""));
        assertThat(StackRig.flags(off.send(off.segment(PORT, Tcp.ACK | Tcp.PSH, 1002, 307, "y"))))
                .containsExactly("A", "PA");
    }

    @Test
    void sequenceNotChecked() {
        StackRig on = StackRig.faithful();
        on.closes = false;
        request(on);
        on.send(on.segment(PORT, Tcp.ACK, 1001, 301, "x")); // the same data again
        assertThat(on.events).containsExactly("accept", "receive x", "receive x");

        StackRig off = StackRig.without(NetworkQuirk.SEQUENCE_NOT_CHECKED);
        off.closes = false;
        request(off);
        List<byte[]> out = off.send(off.segment(PORT, Tcp.ACK, 1001, 301, "x"));
        assertThat(off.events).containsExactly("accept", "receive x");
        assertThat(Tcp.acknowledgement(out.get(0))).as("says what is next").isEqualTo(1002);
    }

    @Test
    void handshakeDataIgnored() {
        StackRig on = StackRig.faithful();
        on.send(on.segment(PORT, Tcp.SYN, 1000, 0, ""));
        on.send(on.segment(PORT, Tcp.ACK | Tcp.PSH, 1001, 301, "x"));
        assertThat(on.events).containsExactly("accept");

        StackRig off = StackRig.without(NetworkQuirk.HANDSHAKE_DATA_IGNORED);
        off.send(off.segment(PORT, Tcp.SYN, 1000, 0, ""));
        off.send(off.segment(PORT, Tcp.ACK | Tcp.PSH, 1001, 301, "x"));
        assertThat(off.events).containsExactly("accept", "receive x");
    }

    @Test
    void negotiationNeverEnds() {
        StackRig on = StackRig.faithful();
        on.send(on.segment(PORT, Tcp.SYN, 1000, 0, ""));
        on.run(2000);
        assertThat(on.stack.sockets()).hasSize(1);
        assertThat(on.stack.counters().all().get("half-open connections renewed"))
                .isBetween(35L, 40L);

        StackRig off = StackRig.without(NetworkQuirk.NEGOTIATION_NEVER_ENDS);
        off.send(off.segment(PORT, Tcp.SYN, 1000, 0, ""));
        off.run(2000);
        assertThat(off.stack.sockets()).isEmpty();
    }

    @Test
    void halfOpenConnections_fillTheBacklogForEver() {
        StackRig on = StackRig.faithful();
        for (int port = PORT; port < PORT + 50; port++) {
            on.send(on.segment(port, Tcp.SYN, 1000, 0, ""));
        }
        on.run(5000);
        assertThat(on.send(on.segment(PORT + 100, Tcp.SYN, 1000, 0, ""))).isEmpty();

        StackRig off = StackRig.without(NetworkQuirk.NEGOTIATION_NEVER_ENDS);
        for (int port = PORT; port < PORT + 50; port++) {
            off.send(off.segment(port, Tcp.SYN, 1000, 0, ""));
        }
        off.run(5000);
        assertThat(StackRig.flags(off.send(off.segment(PORT + 100, Tcp.SYN, 1000, 0, ""))))
                .containsExactly("SA");
    }

    @Test
    void repeatedSynDropped() {
        StackRig on = StackRig.faithful();
        on.send(on.segment(PORT, Tcp.SYN, 1000, 0, ""));
        assertThat(on.send(on.segment(PORT, Tcp.SYN, 1000, 0, ""))).isEmpty();

        StackRig off = StackRig.without(NetworkQuirk.REPEATED_SYN_DROPPED);
        off.send(off.segment(PORT, Tcp.SYN, 1000, 0, ""));
        List<byte[]> out = off.send(off.segment(PORT, Tcp.SYN, 1000, 0, ""));
        assertThat(StackRig.flags(out)).containsExactly("SA");
        assertThat(Tcp.sequence(out.get(0))).isEqualTo(300);
    }

    @Test
    void zombiesStay() {
        StackRig on = StackRig.faithful();
        request(on);
        on.send(on.segment(PORT, Tcp.ACK, 1002, 307, "")); // its FIN follows, and nobody answers
        on.run(3000);
        assertThat(on.stack.sockets().get(0).event()).isEqualTo(Event.ZOMBIE);

        StackRig off = StackRig.without(NetworkQuirk.ZOMBIES_STAY);
        request(off);
        int before = off.out.size();
        off.send(off.segment(PORT, Tcp.ACK, 1002, 307, ""));
        off.run(3000);
        assertThat(off.stack.sockets()).isEmpty();
        assertThat(StackRig.flags(off.out.subList(before, off.out.size())))
                .containsOnly("FA")
                .hasSize(6);
    }

    @Test
    void zombie_keepsTheProcessorBusy() {
        StackRig on = StackRig.faithful();
        request(on);
        on.send(on.segment(PORT, Tcp.ACK, 1002, 307, ""));
        on.run(2000);
        assertThat(on.machine.result().usage().get(0).haltedPs()).isZero();

        StackRig off = StackRig.without(NetworkQuirk.ZOMBIES_STAY);
        request(off);
        off.send(off.segment(PORT, Tcp.ACK, 1002, 307, ""));
        off.run(2000);
        assertThat(off.machine.result().usage().get(0).haltedPs()).isGreaterThan(0);
    }

    @Test
    void resetIgnored() {
        StackRig on = StackRig.faithful();
        on.open(PORT);
        on.send(on.segment(PORT, Tcp.RST | Tcp.ACK, 1001, 301, ""));
        assertThat(on.stack.sockets().get(0).state()).isEqualTo(State.TRANSMITTING);

        StackRig off = StackRig.without(NetworkQuirk.RESET_IGNORED);
        off.open(PORT);
        off.send(off.segment(PORT, Tcp.RST | Tcp.ACK, 1001, 301, ""));
        assertThat(off.stack.sockets()).isEmpty();
    }

    @Test
    void ackIgnoredAfterFin() {
        StackRig on = StackRig.faithful();
        on.answer = new byte[2000];
        request(on);
        on.send(on.segment(PORT, Tcp.FIN | Tcp.ACK, 1002, 301, "")); // half-closes; its AckFlag lets one more go
        int before = on.out.size();
        on.send(on.segment(PORT, Tcp.ACK, 1003, 2301, ""));
        on.run(1000);
        assertThat(StackRig.flags(on.out.subList(before, on.out.size()))).isEmpty();

        StackRig off = StackRig.without(NetworkQuirk.ACK_IGNORED_AFTER_FIN);
        off.answer = new byte[2000];
        request(off);
        off.send(off.segment(PORT, Tcp.FIN | Tcp.ACK, 1002, 301, ""));
        List<byte[]> out = off.send(off.segment(PORT, Tcp.ACK, 1003, 2301, ""));
        assertThat(StackRig.flags(out)).contains("FA");
    }

    @Test
    void suppressFlagStays() {
        // the newest connection is half-open and late: whoever comes after it in the list is not flushed in that pass
        long on = picosUntilFlushed(StackRig.faithful());
        long off = picosUntilFlushed(StackRig.without(NetworkQuirk.SUPPRESS_FLAG_STAYS));
        assertThat(off).as("in the same pass").isLessThan(20_000);
        assertThat(on).as("in the next pass").isGreaterThan(3 * off);
    }

    /** From the renewal of the newer connection to the flush of the older one, which has something to send just then. */
    private static long picosUntilFlushed(StackRig rig) {
        rig.open(PORT);
        rig.send(rig.segment(PORT + 1, Tcp.SYN, 1000, 0, ""));
        TcpSocket half = rig.stack.sockets().get(0);
        TcpSocket open = rig.stack.sockets().get(1);
        long[] renewedPs = new long[1];
        long[] flushedPs = new long[1];
        rig.machine.observeSteps(vcpu -> {
            if (half.renewals > 0 && renewedPs[0] == 0) {
                renewedPs[0] = vcpu.nowPs();
                rig.stack.queue(open, new byte[1]);
            } else if (flushedPs[0] == 0 && !open.sending.isEmpty() && open.sending.peek().inFlight) {
                flushedPs[0] = vcpu.nowPs();
            }
        });
        rig.run(60);
        return flushedPs[0] - renewedPs[0];
    }

    @Test
    void windowNotChecked() {
        StackRig on = StackRig.faithful();
        fill(on);
        assertThat(on.stack.counters().bytesBeyondBuffer()).isEqualTo(20_000 - TcpSocket.MAX_WINDOW);

        StackRig off = StackRig.without(NetworkQuirk.WINDOW_NOT_CHECKED);
        fill(off);
        assertThat(off.stack.counters().bytesBeyondBuffer()).isZero();
    }

    /** Sends 20,000 bytes to a service that is not told of them, since its accept is not over. */
    private static void fill(StackRig rig) {
        rig.open(PORT);
        TcpSocket socket = rig.stack.sockets().get(0);
        socket.event = Event.ZOMBIE;
        for (int i = 0; i < 20; i++) {
            byte[] data = new byte[1000];
            Arrays.fill(data, (byte) 'a');
            rig.send(rig.segment(PORT, Tcp.ACK, 1001 + 1000 * i, 301, new String(data, StandardCharsets.US_ASCII)));
        }
    }

    @Test
    void flushAfterFree() {
        StackRig on = StackRig.faithful();
        closedByPeerAndLate(on);
        assertThat(on.stack.counters().usesAfterFree()).isEqualTo(1);

        StackRig off = StackRig.without(NetworkQuirk.FLUSH_AFTER_FREE);
        closedByPeerAndLate(off);
        assertThat(off.stack.counters().usesAfterFree()).isZero();
        assertThat(off.stack.sockets()).isEmpty();
    }

    private static void closedByPeerAndLate(StackRig rig) {
        rig.wait = java.time.Duration.ofMillis(30);
        rig.open(PORT);
        rig.send(rig.segment(PORT, Tcp.FIN | Tcp.ACK, 1001, 301, ""));
        rig.run(100);
    }

    @Test
    void portBeyondTable() {
        Tcp.Ends ends = new Tcp.Ends(StackRig.CLIENT_MAC, GuestNic.MAC, StackRig.CLIENT, StackRig.SERVER, PORT, 20_000);
        byte[] syn = Tcp.segment(ends, Tcp.SYN, 1, 0, 100, new byte[0]);
        StackRig on = StackRig.faithful();
        on.send(syn);
        assertThat(on.stack.counters().foreignReads()).isEqualTo(1);
        StackRig off = StackRig.without(NetworkQuirk.PORT_BEYOND_TABLE);
        off.send(syn.clone());
        assertThat(off.stack.counters().foreignReads()).isZero();
    }

    @Test
    void arpWithoutInterrupts() {
        assertThat(interruptsWhileClosing(StackRig.faithful())).isFalse();
        assertThat(interruptsWhileClosing(StackRig.without(NetworkQuirk.ARP_WITHOUT_INTERRUPTS)))
                .isTrue();
    }

    /** Whether interrupts are ever enabled between the beginning of SysSocketClose and its FIN. */
    private static boolean interruptsWhileClosing(StackRig rig) {
        rig.answer = new byte[0];
        boolean[] enabled = new boolean[1];
        long[] sent = {-1};
        rig.machine.observeSteps(vcpu -> {
            boolean closing = rig.stack.sockets().stream().anyMatch(s -> s.state() == State.PEER_DISCONNECTED);
            long framesOut = rig.stack.counters().framesOut();
            sent[0] = closing && sent[0] < 0 ? framesOut : sent[0];
            enabled[0] |= closing && framesOut == sent[0] && vcpu.interruptsEnabled();
        });
        request(rig);
        return enabled[0];
    }

    @Test
    void packetsLeak() {
        StackRig on = StackRig.faithful();
        on.open(PORT);
        on.send(on.segment(PORT, Tcp.FIN, 1001, 0, "")); // FIN alone
        on.send(on.segment(PORT + 1, Tcp.SYN | Tcp.ECE | Tcp.CWR, 1000, 0, "")); // a SYN that offers ECN
        assertThat(on.stack.counters().packetsLeaked()).isEqualTo(2);

        StackRig off = StackRig.without(NetworkQuirk.PACKETS_LEAK);
        off.open(PORT);
        off.send(off.segment(PORT, Tcp.FIN, 1001, 0, ""));
        assertThat(off.stack.counters().packetsLeaked()).isZero();
        assertThat(off.stack.counters().packetsLive()).isZero();
    }

    @Test
    void optionsAreData() {
        StackRig on = StackRig.faithful();
        StackRig off = StackRig.without(NetworkQuirk.OPTIONS_ARE_DATA);
        for (StackRig rig : List.of(on, off)) {
            rig.open(PORT);
            byte[] frame = rig.segment(PORT, Tcp.ACK | Tcp.PSH, 1001, 301, "\1\1\1\1x");
            frame[46] = 6 << 4; // a header of 24 bytes: four of them no-operation options
            rig.send(frame);
        }
        assertThat(on.events.get(1)).isEqualTo("receive \1\1\1\1x");
        assertThat(off.events.get(1)).isEqualTo("receive x");
    }

    @Test
    void everyDefectHasATest() {
        EnumSet<NetworkQuirk> missing = EnumSet.allOf(NetworkQuirk.class);
        for (Class<?> tests : List.of(NetworkQuirkTest.class, ClientQuirkTest.class)) {
            for (var method : tests.getDeclaredMethods()) {
                String name = method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
                missing.removeIf(quirk -> quirk.name().equals(name));
            }
        }
        assertThat(missing).isEmpty();
    }
}
