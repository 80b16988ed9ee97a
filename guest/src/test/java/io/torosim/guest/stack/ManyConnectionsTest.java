package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.guest.wire.Tcp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are only open: passed over at once they come to the same as one by one, whatever happens in between. */
class ManyConnectionsTest {
    private static final int FIRST_PORT = 2000;
    private static final int CONNECTIONS = 28;

    private static List<Object> run(boolean exactStepping, boolean repaired) {
        return run(exactStepping, repaired, true);
    }

    private static List<Object> run(boolean exactStepping, boolean repaired, boolean fastForward) {
        Set<NetworkQuirk> quirks = repaired ? EnumSet.noneOf(NetworkQuirk.class) : EnumSet.allOf(NetworkQuirk.class);
        StackRig rig = new StackRig(quirks, exactStepping, fastForward);
        rig.backlog = 100;
        rig.wait = Duration.ofMillis(80);
        for (int i = 0; i < CONNECTIONS; i++) {
            rig.open(FIRST_PORT + i);
        }
        List<Object> seen = new ArrayList<>();
        seen.add(rig.stack.sockets().size());
        // one in the middle is asked, one resets, new ones come, one is left to be timed out with the rest
        rig.send(rig.segment(FIRST_PORT + 12, Tcp.ACK | Tcp.PSH, 1001, 301, "ask"), 5);
        rig.send(rig.segment(FIRST_PORT + 20, Tcp.RST, 1001, 301, ""), 5);
        rig.open(FIRST_PORT + CONNECTIONS);
        rig.send(rig.segment(FIRST_PORT + 5, Tcp.ACK | Tcp.FIN, 1001, 301, ""), 5);
        seen.add(rig.stack.sockets().size());
        rig.run(75);
        seen.add(rig.stack.sockets().size());
        seen.add(List.copyOf(rig.events));
        seen.add(StackRig.flags(rig.out));
        seen.add(rig.machine.trace().digest().value());
        for (Counter counter : Counter.values()) {
            seen.add(counter + " " + rig.machine.vcpu(0).count(counter));
        }
        if (!fastForward) {
            seen.add("events " + rig.machine.result().firedEvents());
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passedOver_isAsStepByStep(boolean repaired) {
        List<Object> quick = run(false, repaired);
        assertThat(quick.get(0)).isEqualTo(CONNECTIONS);
        assertThat(quick.get(3)).asString().contains("receive ask").contains("timeout");
        assertThat(quick).isEqualTo(run(true, repaired));
    }

    /** Without fast-forward, which does not count the rounds that it passes over, each visit of a connection is an event, passed over at once or not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passedOver_countsAsManyEvents(boolean repaired) {
        assertThat(run(false, repaired, false)).isEqualTo(run(true, repaired, false));
    }
}
