package io.torosim.guest.linux;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.time.Picos;

/** What the Linux guest's work takes on one machine, in picoseconds, and its constants. */
final class LinuxCosts {
    final long perPacketPs;
    final long servePs;
    final long contextSwitchPs;
    final long tickWorkPs;
    final long idleWakeupPs;
    final long tickPs;
    final CfsParameters cfs;
    final int napiWeight;
    final int rxBudget;
    final long rxBudgetPs;
    final long softirqPs;
    final int softirqRestarts;
    final TcpParameters tcp;

    LinuxCosts(Machine machine) {
        MachineCosts costs = machine.costs();
        CostModel model = costs.model();
        long requestPs = costs.cpuPs("linux.request_cpu");
        perPacketPs = requestPs * model.permille("linux.softirq_share") / 1000;
        servePs = requestPs - 5 * perPacketPs; // five packets are received per request
        contextSwitchPs = costs.cpuPs("linux.context_switch");
        tickWorkPs = costs.cpuPs("linux.tick_work");
        idleWakeupPs = costs.cpuPs("linux.idle_wakeup_work");
        tickPs = Picos.PER_SECOND / model.count("linux.tick_hz");
        cfs = CfsParameters.of(model, machine.vcpuCount());
        napiWeight = (int) model.count("linux.napi_weight");
        rxBudget = (int) model.count("linux.net_rx_budget");
        rxBudgetPs = model.ps("linux.net_rx_budget_time");
        softirqPs = model.ps("linux.softirq_time");
        softirqRestarts = (int) model.count("linux.softirq_restarts");
        tcp = TcpParameters.of(model);
    }
}
