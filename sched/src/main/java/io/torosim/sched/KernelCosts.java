package io.torosim.sched;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;

/** What the kernel's own steps take on one machine, in picoseconds. */
final class KernelCosts {
    final long threadSwitchPs;
    final long scanPs;
    final long mailboxCheckPs;
    final long sharedStorePs;
    final long rdtscPs;
    final long lapicIdReadPs;
    final long apicWritePs;
    final long threadCreatePs;
    final long pioPs;
    final long mainStackBytes;
    final long threadStackBytes;
    private final long secondTurnPs;
    private final long ipiDelayPs;
    private final long recheckPs;

    /** The kernel takes the rate of the time-stamp counter for {@code believedMhz}. */
    KernelCosts(Machine machine, int believedMhz) {
        MachineCosts costs = machine.costs();
        long hz = machine.spec().tscHz();
        threadSwitchPs = costs.cpuPs("toro.thread_switch");
        scanPs = costs.cpuPs("toro.scan");
        mailboxCheckPs = costs.cpuPs("toro.mailbox_check");
        sharedStorePs = costs.cyclesPs("cpu.cache_line_shared", hz);
        rdtscPs = costs.cyclesPs("cpu.rdtsc", hz);
        lapicIdReadPs = costs.lapicIdReadPs();
        apicWritePs = costs.apicPs();
        threadCreatePs = costs.cpuPs("toro.thread_create");
        pioPs = costs.pioPs();
        mainStackBytes = costs.model().count("toro.main_stack");
        threadStackBytes = costs.model().count("toro.thread_stack");
        secondTurnPs = ToroDelay.realPs(costs.model().ps("toro.second_turn"), machine.spec(), believedMhz);
        ipiDelayPs = ToroDelay.realPs(costs.model().ps("toro.ipi_delay"), machine.spec(), believedMhz);
        recheckPs = ToroDelay.realPs(costs.model().ps("toro.immigrate_recheck"), machine.spec(), believedMhz);
    }

    long secondTurnPs() {
        return secondTurnPs;
    }

    long ipiDelayPs() {
        return ipiDelayPs;
    }

    long recheckPs() {
        return recheckPs;
    }
}
