package io.torosim.guest.linux;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.time.Picos;

/** What the Linux guest's work takes on one machine, in picoseconds. */
final class LinuxCosts {
    /** User work is cut into pieces of this length, between which interrupts come in. */
    static final long CHUNK_PS = 10 * Picos.PER_MICRO;

    final long perPacketPs;
    final long servePs;
    final long contextSwitchPs;
    final long tickWorkPs;
    final long idleWakeupPs;
    final long timerReprogramPs;
    final long kickPs;

    LinuxCosts(Machine machine) {
        MachineCosts costs = machine.costs();
        long requestPs = costs.cpuPs("linux.request_cpu");
        perPacketPs = requestPs * costs.model().permille("linux.softirq_share") / 1000;
        servePs = requestPs - 5 * perPacketPs; // five packets are received per request
        contextSwitchPs = costs.cpuPs("linux.context_switch");
        tickWorkPs = costs.cpuPs("linux.tick_work");
        idleWakeupPs = costs.cpuPs("linux.idle_wakeup_work");
        timerReprogramPs = costs.apicPs();
        kickPs = costs.kickPs();
    }
}
