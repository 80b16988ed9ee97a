package io.torosim.guest.boot;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.sched.KernelConfig;
import java.util.List;

/** What the cores of a booting kernel share: its variables, and what things take on this machine, in picoseconds. */
final class BootKernel {
    /** Target of an interrupt to all cores but the sender. */
    static final int ALL_OTHERS = -1;

    /** Bytes of a page of the host, which it finds at the first touch. */
    static final long PAGE = 4096;

    /** A round of a loop that polls a variable of another core. */
    static final long SHARED_POLL_PS = Picos.PER_MICRO;

    /** Between INIT and SIPI (Intel SDM, volume 3, 8.4.4.1). */
    static final long INIT_WAIT_PS = 10 * Picos.PER_MILLI;

    private static final int PIT_COUNT_MASK = 0xFFFF;
    private static final int LEAST_TICKS = 110;
    private static final long DIVIDEND = 11_932 * 600;

    private final Machine machine;
    private final List<BootUnit> coreProgram;
    private final MachineCosts costs;
    private final long storePs;
    private final long rdtscPs;
    private final long firstTouchPs;
    private final long fillPermille;
    private final boolean[] started;
    private final boolean[] confirmed;
    private final boolean pit;
    private int localCpuSpeed;
    private long pitTicks;
    private long initSentPs = Picos.NEVER;

    /** {@code coreProgram} is what a started core does. */
    BootKernel(Machine machine, List<BootUnit> coreProgram, boolean pit) {
        this.machine = machine;
        this.pit = pit;
        this.coreProgram = coreProgram;
        this.costs = machine.costs();
        CostModel model = costs.model();
        storePs = costs.cyclesPs("cpu.store", machine.spec().tscHz());
        rdtscPs = costs.cyclesPs("cpu.rdtsc", machine.spec().tscHz());
        firstTouchPs = model.ps("cpu.page_first_touch");
        fillPermille = model.permille("cpu.memory_write_gb_per_s");
        started = new boolean[machine.vcpuCount()];
        confirmed = new boolean[machine.vcpuCount()];
        started[0] = true;
        confirmed[0] = true;
    }

    long storesPs(long count) {
        return Math.multiplyExact(count, storePs);
    }

    long fillPs(long bytes) {
        return costs.cpuPs(bytes * 1_000_000 / fillPermille); // 1 GB/s is one byte a nanosecond
    }

    long firstTouchPs() {
        return firstTouchPs;
    }

    long rdtscPs() {
        return rdtscPs;
    }

    long lapicPollPs() {
        return costs.lapicPollPs();
    }

    long vgaBytePs(boolean trapped) {
        String whereTrapped = machine.spec().vcpuMode().isTcg() ? "vga.cell_access_tcg" : "vga.cell_access_trapped";
        return costs.model().ps(trapped ? whereTrapped : "vga.cell_access");
    }

    long accessPs(ExitCause cause) {
        return switch (cause) {
            case PIO -> costs.pioPs();
            case PIC -> costs.picPs();
            case APIC_ACCESS, ICR_WRITE, EOI -> costs.apicPs();
            default -> throw new IllegalArgumentException("no access of a boot: " + cause);
        };
    }

    /** First moment at which the time-stamp counter has reached {@code cycles}. */
    long timeOfTsc(long cycles) {
        return Picos.ofCycles(cycles, machine.spec().tscHz());
    }

    /** The PIT has counted {@code ticks} while the time-stamp counter went through its cycles. */
    void calibrated(long ticks) {
        pitTicks = ticks;
        localCpuSpeed = mhz(ticks);
    }

    /** Returns the rate in MHz that the kernel reads out of {@code ticks} of the PIT. */
    static int mhz(long ticks) {
        long elapsed = ticks & PIT_COUNT_MASK;
        return elapsed < LEAST_TICKS ? KernelConfig.FALLBACK_MHZ : (int) (DIVIDEND / elapsed);
    }

    /** Whether the machine has a PIT; without one its ports read as ones, and no time seems to pass. */
    boolean hasPit() {
        return pit;
    }

    /** LocalCpuSpeed (Arch.pas) in MHz, 0 before the calibration. */
    int localCpuSpeed() {
        return localCpuSpeed;
    }

    long pitTicks() {
        return pitTicks;
    }

    /** Toro's Delay of {@code nominalPs}. */
    long delayPs(long nominalPs) {
        assert localCpuSpeed > 0 : "a delay before the calibration";
        return KernelConfig.delayPs(nominalPs, machine.spec(), localCpuSpeed);
    }

    /** A wait of {@code nominalPs} in cycles of the rate that the kernel believes in. */
    long tscWaitPs(long nominalPs) {
        return timeOfTsc(Picos.toCycles(nominalPs, localCpuSpeed * 1_000_000L));
    }

    void initSent(long nowPs) {
        initSentPs = nowPs;
    }

    long startupDuePs() {
        return Picos.saturatingAdd(initSentPs, INIT_WAIT_PS);
    }

    boolean startupIsDue(long nowPs) {
        return nowPs >= startupDuePs();
    }

    /** The cores begin with their own start-up, those that do not run yet. */
    void startCores(int target) {
        initSentPs = Picos.NEVER;
        for (int id = 1; id < started.length; id++) {
            if ((target == id || target == ALL_OTHERS) && !started[id]) {
                started[id] = true;
                BootProcessor core = new BootProcessor(this, coreProgram, Activity.HALT);
                machine.vcpu(id).start(core, vector -> vcpu -> Activity.DONE);
            }
        }
    }

    /** A core says that it is there; the boot processor may be looking. */
    void confirm(int id) {
        machine.vcpu(0).beforeChange();
        confirmed[id] = true;
    }

    boolean isHere(int target) {
        return target == ALL_OTHERS ? coresUp() == confirmed.length : confirmed[target];
    }

    int coresUp() {
        int up = 0;
        for (boolean there : confirmed) {
            up += there ? 1 : 0;
        }
        return up;
    }
}
