package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A frame that comes while {@code SysSocketSend} copies an answer: the card's interrupt is taken in the middle of the copy, which ends later by the handler's time. */
final class InterruptedCopyTest {
    private static final long MICRO = Picos.PER_MICRO;
    private static final int ANSWER_BYTES = 200_000;

    private final List<Long> interrupts = new ArrayList<>();
    private final List<Long> sent = new ArrayList<>();
    private long copyFromPs;
    private long copyToPs;

    /** A request, and {@code afterPs} later, unless it is 0, a frame with which the handler is done by itself: a question for somebody else's address. */
    private String run(boolean exact, boolean fastForward, boolean watched, long afterPs) {
        interrupts.clear();
        sent.clear();
        StackRig rig = new StackRig(EnumSet.allOf(NetworkQuirk.class), exact, fastForward);
        rig.answer = new byte[ANSWER_BYTES];
        rig.open(4000);
        rig.machine.trace().addSink((timePs, vcpu, kind, a, b) -> interrupts.add(timePs), TraceKind.INTERRUPT);
        rig.machine.trace().addSink((timePs, vcpu, kind, a, b) -> sent.add(timePs), TraceKind.PACKET_OUT);
        if (watched) {
            boolean[] copying = new boolean[1];
            rig.machine.observeSteps(vcpu -> {
                boolean now = vcpu.place().endsWith("DoNetworkService;SysSocketSend");
                if (now && !copying[0]) {
                    copyFromPs = vcpu.nowPs();
                } else if (copying[0] && !now) {
                    copyToPs = vcpu.nowPs();
                }
                copying[0] = now;
            });
        }
        if (afterPs > 0) {
            byte[] question = Arp.request(StackRig.CLIENT_MAC, StackRig.CLIENT, Ipv4.address(192, 100, 200, 77));
            rig.machine
                    .simulation()
                    .at(rig.machine.simulation().nowPs() + afterPs, (op, arg) -> rig.link.toGuest(question), 0, 0);
        }
        rig.send(rig.segment(4000, Tcp.ACK | Tcp.PSH, 1001, 301, "GET /"), 2);
        assertThat(rig.events).contains("receive GET /");
        return rig.machine.runUntil(Duration.ofMillis(rig.nowMillis() + 1)).traceHash();
    }

    /** The first one after the copy has begun. */
    private long inTheCopy() {
        return interrupts.stream().filter(ps -> ps > copyFromPs).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "true, true", "false, false", "false, true"})
    void theCardsInterrupt_comesIntoTheCopy(boolean exact, boolean fastForward) {
        String alone = run(exact, fastForward, false, 0);
        assertThat(run(true, false, true, 0)).isEqualTo(alone);
        long firstSegmentPs = sent.get(1); // behind the acknowledgement
        int undisturbed = interrupts.size();
        assertThat(copyToPs - copyFromPs).isGreaterThan(100 * MICRO).isLessThan(firstSegmentPs);
        long requestPs = interrupts.get(0);
        long copyAfterPs = copyFromPs - requestPs; // from the interrupt of the request on

        String first = run(exact, fastForward, false, copyAfterPs + 20 * MICRO);
        assertThat(interrupts).hasSize(undisturbed + 1);
        long takenPs = inTheCopy();
        long laterPs = sent.get(1) - firstSegmentPs;
        assertThat(takenPs).isBetween(copyFromPs + 10 * MICRO, copyFromPs + 30 * MICRO);
        assertThat(laterPs).isBetween(MICRO, 20 * MICRO);

        run(exact, fastForward, false, copyAfterPs + 57 * MICRO + 123);
        assertThat(inTheCopy()).as("at its instant").isEqualTo(takenPs + 37 * MICRO + 123);
        assertThat(sent.get(1) - firstSegmentPs).as("the handler's time").isEqualTo(laterPs);

        assertThat(run(true, false, false, copyAfterPs + 20 * MICRO)).isEqualTo(first);
    }
}
