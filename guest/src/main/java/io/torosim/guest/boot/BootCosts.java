package io.torosim.guest.boot;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.ToroDelay;

/** The prices of what a boot does on one machine, in picoseconds. */
final class BootCosts {
    private final MachineSpec spec;
    private final CostModel model;
    final long pioUserPs;
    final long pioKernelPs;
    final long firstTouchPs;

    BootCosts(MachineSpec spec) {
        this.spec = spec;
        this.model = spec.costs();
        pioUserPs = model.ps("kvm.exit_pio_user");
        pioKernelPs = model.ps("kvm.exit_apic");
        firstTouchPs = model.ps("cpu.page_first_touch");
    }

    long ps(String parameter) {
        return model.ps(parameter);
    }

    long count(String parameter) {
        return model.count(parameter);
    }

    long cyclesPs(long cycles) {
        return Picos.ofCycles(cycles, spec.tscHz());
    }

    /** {@code count} single stores of a loop. */
    long storesPs(long count) {
        return Math.multiplyExact(count, model.cyclesPs("cpu.store", spec.tscHz()));
    }

    /** Clearing or filling {@code bytes} at the rate of one core. */
    long fillPs(long bytes) {
        return rate(bytes, "cpu.memory_write_gb_per_s");
    }

    /** QEMU bringing {@code bytes} of kernel into guest memory. */
    long loadPs(long bytes) {
        return rate(bytes, "boot.kernel_load_gb_per_s");
    }

    private long rate(long bytes, String parameter) {
        return bytes * 1_000_000 / model.permille(parameter); // 1 GB/s is one byte a nanosecond
    }

    /** Toro's Delay of {@code nominalPs}. */
    long delayPs(long nominalPs) {
        return ToroDelay.realPs(nominalPs, spec);
    }

    /** First touches of every page of {@code bytes}. */
    long touchesPs(long bytes) {
        return (bytes + 4095) / 4096 * firstTouchPs;
    }
}
