package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.wire.Arp;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** A packet that Toro forgets is memory that runs out ({@link NetworkQuirk#PACKETS_LEAK}). */
class PacketLeakTest {
    /** An ARP message that is neither request nor reply, in a frame as long as frames get. */
    private static byte[] strangeArp() {
        byte[] frame = Arrays.copyOf(Arp.request(StackRig.CLIENT_MAC, StackRig.CLIENT, StackRig.SERVER), 1500);
        frame[21] = 9;
        return frame;
    }

    private static StackCounters after(EnumSet<NetworkQuirk> quirks, int frames, long[] live) {
        StackRig rig = new StackRig(quirks);
        live[0] = rig.stack.heap().liveBytes();
        for (int i = 0; i < frames; i++) {
            rig.send(strangeArp());
            if (i % 100 == 99) {
                rig.run(2);
            }
        }
        rig.run(2);
        live[1] = rig.stack.heap().liveBytes();
        return rig.stack.counters();
    }

    @Test
    void leakedPackets_areMemoryThatIsGone() {
        long[] live = new long[2];
        StackCounters counters = after(EnumSet.allOf(NetworkQuirk.class), 500, live);
        assertThat(counters.packetsLeaked()).isEqualTo(500);
        assertThat(live[1] - live[0]).isEqualTo(500 * 2048L);
    }

    /** 40,000 packets of 2 KiB are more than a core of 64 MiB has: from then on the driver has no room for a frame, and nothing is damaged. */
    @Test
    void leakedUntilMemoryEnds_theDriverDropsTheRest() {
        StackCounters counters = after(EnumSet.allOf(NetworkQuirk.class), 40_000, new long[2]);
        assertThat(counters.framesWithoutMemory()).isPositive();
        assertThat(counters.packetsLeaked() + counters.framesWithoutMemory()).isEqualTo(40_000);
    }

    @Test
    void repaired_freesThem() {
        long[] live = new long[2];
        EnumSet<NetworkQuirk> quirks = EnumSet.allOf(NetworkQuirk.class);
        quirks.remove(NetworkQuirk.PACKETS_LEAK);
        StackCounters counters = after(quirks, 500, live);
        assertThat(counters.packetsLeaked()).isZero();
        assertThat(live[1]).isEqualTo(live[0]);
    }
}
