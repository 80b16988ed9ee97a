package io.torosim.guest.hazard;

import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenarios;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The named scenarios with a whole guest: kernel, stack, Toro's driver as routines, rings and packets in guest memory, a card, a wire or a
 * disk. What the search may decide is when each step is done, when a store becomes visible, when the host's worker gets to a frame and in
 * which order it returns buffers, and when frames and kills come.
 */
public final class GuestScenarios {
    private static final int USUAL_QUEUE = 256;

    private static final List<Scenario> ALL = List.of(
            new GuestScenario(
                    "kick-without-barrier",
                    ToroVirtioQuirk.NO_STORE_LOAD_BARRIER,
                    Invariant.FRAME_STUCK,
                    List.of(ToroVirtioQuirk.class, NetworkQuirk.class, MemQuirk.class),
                    guest -> new PingTraffic(guest, USUAL_QUEUE, false, 2, true)),
            new GuestScenario(
                    "send-ring-overrun",
                    ToroVirtioQuirk.NEXT_BUFFER_UNCHECKED,
                    Invariant.FRAME_CHANGED,
                    List.of(ToroVirtioQuirk.class, NetworkQuirk.class, MemQuirk.class),
                    guest -> new PingTraffic(guest, 8, false, 6, false)),
            new GuestScenario(
                    "receive-ring-out-of-order",
                    ToroVirtioQuirk.RX_ASSUMES_IN_ORDER,
                    Invariant.FRAME_CHANGED,
                    List.of(ToroVirtioQuirk.class, NetworkQuirk.class, MemQuirk.class),
                    guest -> new PingTraffic(guest, 8, true, 3, true)),
            new GuestScenario(
                    "packets-after-fin-leak",
                    NetworkQuirk.PACKETS_LEAK,
                    Invariant.MEMORY_LEAKED,
                    List.of(ToroVirtioQuirk.class, NetworkQuirk.class, MemQuirk.class),
                    HalfClosedTraffic::new),
            new GuestScenario(
                    "killed-reader-keeps-ide",
                    ToroQuirk.KILLED_READER_KEEPS_DISK,
                    Invariant.FILE_NOT_READ,
                    List.of(ToroQuirk.class, MemQuirk.class),
                    KilledReader::new));

    private GuestScenarios() {}

    /** Returns those of whole guests, in order. */
    public static List<Scenario> all() {
        return ALL;
    }

    /** Returns those of the scheduler, one for each of its defects: of the kernel alone, then with a disk or a keyboard on the bus. */
    public static List<Scenario> ofTheKernel() {
        List<Scenario> both = new ArrayList<>(Scenarios.all());
        both.addAll(DeviceScenarios.ALL);
        return both;
    }

    /** Returns those of the scheduler and those of whole guests. */
    public static List<Scenario> withKernel() {
        List<Scenario> both = ofTheKernel();
        both.addAll(ALL);
        return both;
    }

    /**
     * Returns the scenario of that name, of the scheduler or of a whole guest.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Scenario named(String name) {
        Objects.requireNonNull(name, "name");
        for (Scenario scenario : withKernel()) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException("there is no scenario of that name, scenario=" + name);
    }
}
