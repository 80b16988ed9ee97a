package io.torosim.guest.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** Of which defects of the memory manager it is said that no guest comes to them. */
final class MemoryDefectsTest {
    private static final int RAM_MIB = 64;

    /** What a web guest did, its memory included. */
    private static String run(EnumSet<MemQuirk> on) {
        GuestSpec spec = GuestSpec.of("ToroHttpSuspended")
                .withLoad(HttpLoadSpec.closed(
                                Applications.named("ToroHttpSuspended").usualPath(), 5, 2)
                        .startingAt(Duration.ofSeconds(1)))
                .withMachine(MachineSpec.builder().vcpus(2).ramMib(RAM_MIB).build())
                .withDefects(MemQuirk.class, on);
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(Duration.ofSeconds(3));
            byte[] memory = new byte[RAM_MIB << 20];
            session.machine().memory().ram().copyOut(0, memory, 0, memory.length);
            return session.load().orElseThrow().answered() + " answered, digest "
                    + session.machine().result().traceDigest() + ", memory " + Arrays.hashCode(memory);
        }
    }

    private static String without(MemQuirk quirk) {
        EnumSet<MemQuirk> without = MemQuirk.toro2018();
        without.remove(quirk);
        return run(without);
    }

    @Test
    void whatNoGuestComesTo_changesNothingInOne() {
        String usual = run(MemQuirk.toro2018());
        for (MemQuirk quirk : MemQuirk.values()) {
            if (!quirk.inGuests()) {
                assertThat(without(quirk)).as(quirk.name()).isEqualTo(usual);
            }
        }
        assertThat(without(MemQuirk.BOOT_MEMORY_TAGGED_CPU_0)).isNotEqualTo(usual);
        assertThat(without(MemQuirk.WRONG_FREE_SIZE)).isNotEqualTo(usual);
    }
}
