package io.torosim.sched;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.time.Picos;

/** What the kernel's own steps take on one machine, in picoseconds. */
final class KernelCosts {
    final long threadSwitchPs;
    final long scanPs;
    final long mailboxCheckPs;
    final long sharedStorePs;
    final long rdtscPs;
    final long lapicIdReadPs;
    final long apicWritePs;
    final long lapicPollPs;
    final long threadCreatePs;
    private final long secondTurnPs;
    private final long ipiDelayPs;
    private final long recheckPs;

    KernelCosts(Machine machine) {
        MachineCosts costs = machine.costs();
        long hz = machine.spec().tscHz();
        threadSwitchPs = costs.cpuPs("toro.thread_switch");
        scanPs = costs.cpuPs("toro.scan");
        mailboxCheckPs = costs.cpuPs("toro.mailbox_check");
        sharedStorePs = costs.cyclesPs("cpu.cache_line_shared", hz);
        rdtscPs = costs.cyclesPs("cpu.rdtsc", hz);
        lapicIdReadPs = costs.lapicIdReadPs();
        apicWritePs = costs.apicPs();
        lapicPollPs = costs.lapicPollPs();
        threadCreatePs = costs.cpuPs("toro.thread_create");
        long lapicHz = costs.model().count("lapic.timer_hz");
        secondTurnPs = nominal(costs.model().ps("toro.second_turn"), hz, lapicHz);
        ipiDelayPs = nominal(costs.model().ps("toro.ipi_delay"), hz, lapicHz);
        recheckPs = nominal(costs.model().ps("toro.immigrate_recheck"), hz, lapicHz);
    }

    /**
     * The real length of {@code Delay}: it loads the LAPIC timer with {@code LocalCpuSpeed * 1000} counts a nominal
     * millisecond, but the timer counts at its own rate (Arch.pas:Delay; 1 GHz on QEMU and KVM).
     */
    static long nominal(long nominalPs, long tscHz, long lapicHz) {
        long mhz = tscHz / 1_000_000;
        long counts = Math.multiplyExact(mhz, nominalPs / Picos.PER_MICRO);
        return Picos.ofCycles(counts, lapicHz);
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
