package io.torosim.guest.driver;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.guest.code.CodeCosts;

/**
 * What the steps of a driver take besides its device accesses, in picoseconds. The transfer of a cache line and a fence take what they
 * take on the host, under software emulation too.
 *
 * @param storePs a store to a ring word that stays in the core's own cache ({@code cpu.store})
 * @param sharedPs an access to a line that the device's side has or will have ({@code cpu.cache_line_shared})
 * @param fencePs {@code mfence} ({@code cpu.fence})
 * @param lapicIdReadPs a look at the number of the core
 * @param code what compiled code takes
 */
public record DriverCosts(long storePs, long sharedPs, long fencePs, long lapicIdReadPs, CodeCosts code) {
    /** Returns the costs on a machine. */
    public static DriverCosts of(Machine machine, CodeCosts code) {
        MachineCosts costs = machine.costs();
        long hz = machine.spec().tscHz();
        return new DriverCosts(
                costs.cyclesPs("cpu.store", hz),
                costs.model().cyclesPs("cpu.cache_line_shared", hz),
                costs.model().cyclesPs("cpu.fence", hz),
                costs.lapicIdReadPs(),
                code);
    }
}
