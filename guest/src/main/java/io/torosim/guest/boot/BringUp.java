package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.millis;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.boot.BootStep.Accesses;
import io.torosim.guest.boot.BootStep.AwaitCores;
import io.torosim.guest.boot.BootStep.Confirm;
import io.torosim.guest.boot.BootStep.Elapse;
import io.torosim.guest.boot.BootStep.Init;
import io.torosim.guest.boot.BootStep.LapicDelay;
import io.torosim.guest.boot.BootStep.Startup;
import io.torosim.guest.boot.BootStep.StartupIfDue;
import io.torosim.guest.boot.BootStep.TscWait;
import java.util.ArrayList;
import java.util.List;

/** The start of the other cores, in one order or another: what the boot processor does and what each of them does. */
final class BringUp {
    private static final String NAME = "Application processors";
    private static final String SOURCE = "Arch.pas:InitCore";
    private static final long SIPI_WAIT_PS = 200 * Picos.PER_MICRO;

    private final BringUpOrder order;
    private final int cores;
    private final CostModel costs;

    BringUp(BringUpOrder order, MachineSpec spec) {
        this.order = order;
        this.cores = spec.vcpus();
        this.costs = spec.costs();
    }

    /** Arch.pas:enable_local_apic: set a bit of the spurious vector register, then Delay(10). */
    static List<BootStep> enableLocalApic(CostModel costs) {
        return List.of(new Accesses(ExitCause.APIC_ACCESS, 2), new LapicDelay(costs.ps("toro.ipi_delay")));
    }

    /** What a core does once SIPI has been sent to it, up to {@code boot_confirmation}; then it halts without a thread. */
    static List<BootUnit> ownStart(MachineSpec spec, long ipiPs) {
        List<BootStep> steps = new ArrayList<>();
        steps.add(new Elapse(ipiPs));
        steps.addAll(enableLocalApic(spec.costs()));
        steps.add(new Confirm());
        return List.of(BootUnit.of("Core start", false, "Arch.pas:InitCpu", "mode switches, Delay(10)", steps));
    }

    /** What the boot processor does in its turn. */
    BootUnit unit() {
        List<BootStep> steps = new ArrayList<>();
        switch (order) {
            case TORO -> {
                for (int id = 1; id < cores; id++) {
                    initCore(steps, id);
                }
            }
            case MANUAL -> {
                for (int id = 1; id < cores; id++) {
                    manual(steps, id);
                }
            }
            case BROADCAST -> {
                if (cores > 1) {
                    manual(steps, BootKernel.ALL_OTHERS);
                }
            }
            default -> {
                if (cores > 1) {
                    steps.add(new Init(BootKernel.ALL_OTHERS, true));
                }
            }
        }
        return new BootUnit(NAME, false, SOURCE, (kernel, ps) -> driver(ps), steps);
    }

    /** Where the other units are to be done meanwhile, each of those from {@code first} on looks first whether SIPI is due. */
    void spreadOver(List<BootUnit> units, int first) {
        if (order != BringUpOrder.OVERLAPPED || cores == 1) {
            return;
        }
        for (int i = first; i < units.size(); i++) {
            units.set(i, units.get(i).after(new StartupIfDue()));
        }
        units.add(BootUnit.of(
                "Wait for processors",
                false,
                SOURCE,
                order.label(),
                List.of(new AwaitCores(BootKernel.ALL_OTHERS, true))));
    }

    private String driver(long ps) {
        int others = cores - 1;
        if (order != BringUpOrder.TORO) {
            return others + ", " + order.label();
        }
        String each = others == 0 ? "" : " = " + millis(ps / others);
        return others + " x (2 DelayMicro(200) + 3 Delay(10)" + each + "), one after the other";
    }

    /**
     * Arch.pas:InitCore. The core confirms during the second Delay(10), so that InitCores never tries a second time; its interrupt
     * is delivered at once, so that the extra Delay(100) is never taken.
     */
    private void initCore(List<BootStep> steps, int id) {
        LapicDelay ten = new LapicDelay(costs.ps("toro.ipi_delay"));
        LapicDelay twoHundredMicros = new LapicDelay(200 * Picos.PER_MICRO);
        steps.add(new Init(id, true));
        steps.add(twoHundredMicros);
        steps.add(new Init(id, false));
        steps.add(twoHundredMicros);
        steps.add(ten);
        steps.add(new Startup(id));
        steps.add(ten);
        steps.add(new Accesses(ExitCause.APIC_ACCESS, 1)); // delivery status
        steps.add(new Startup(id));
        steps.add(ten);
    }

    private static void manual(List<BootStep> steps, int target) {
        steps.add(new Init(target, true));
        steps.add(new TscWait(BootKernel.INIT_WAIT_PS));
        steps.add(new Startup(target));
        steps.add(new TscWait(SIPI_WAIT_PS));
        steps.add(new Startup(target));
        steps.add(new TscWait(SIPI_WAIT_PS));
        steps.add(new AwaitCores(target, false));
    }
}
