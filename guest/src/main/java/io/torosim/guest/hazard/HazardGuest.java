package io.torosim.guest.hazard;

import io.torosim.core.choice.Choices;
import io.torosim.core.cost.CostModel;
import io.torosim.core.defect.Defects;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.nic.HostSide;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.KernelAudit;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a scenario: a machine with surprises, a kernel and its heap; a {@link Traffic} puts a card and a stack, or a disk on it. */
final class HazardGuest {
    /** The longest surprises, three of 60 ms, and time-outs of 50 ms are over by then. */
    private static final long LIMIT_PS = Picos.PER_SECOND;

    private static final int RAM_MIB = 16;
    private static final CostModel COSTS = CostModel.standard();
    /** The same for every run, and half of what a run would take: what a routine takes is found by executing its listing. */
    private static final ThreadLocal<CodeCosts> CODE = ThreadLocal.withInitial(HazardGuest::codeCosts);

    final Machine machine;
    final ToroKernel kernel;
    final KernelHeap heap;
    final CodeCosts code;
    final Defects defects;
    private final @Nullable Invariant only;
    private final Tally tally;
    private @Nullable Violation violation;

    /**
     * Makes a guest without card and disk.
     *
     * @param only the one invariant that is looked at, null for all
     * @param tally where it says what it looked at
     */
    HazardGuest(
            Defects defects,
            long seed,
            Choices choices,
            @Nullable TraceSink sink,
            @Nullable Invariant only,
            Tally tally) {
        this.tally = tally;
        this.defects = defects;
        this.only = only;
        machine = Machine.create(spec(seed), choices);
        if (sink != null) {
            machine.trace().addSink(sink);
        }
        ToroQuirks quirks = ToroQuirks.repaired();
        for (ToroQuirk quirk : defects.of(ToroQuirk.class)) {
            quirks = quirks.with(quirk);
        }
        code = code();
        heap = new KernelHeap(machine, defects.of(MemQuirk.class));
        kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks), heap.threads(code));
    }

    static CodeCosts code() {
        return CODE.get();
    }

    private static MachineSpec spec(long seed) {
        return MachineSpec.builder()
                .vcpus(1)
                .ramMib(RAM_MIB)
                .costs(COSTS)
                .seed(seed)
                .build();
    }

    private static CodeCosts codeCosts() {
        return CodeCosts.of(OptimisationLevel.O2, Machine.create(spec(1)));
    }

    Optional<Violation> run(Function<HazardGuest, Traffic> traffic) {
        try (machine) {
            Traffic set = traffic.apply(this);
            machine.simulation().runUntil(LIMIT_PS);
            set.check();
            KernelAudit audit = new KernelAudit(kernel);
            ask(Invariant.TWO_RINGS, true, audit.ringFault());
            ask(Invariant.POLLING_COUNTS, audit.anyPolling(), audit.pollingFault());
            ask(Invariant.LOST_WAKE_UP, machine.vcpu(0).halted(), audit.lostWakeUp());
            for (ToroQuirk quirk : ToroQuirk.values()) {
                tally.reached(quirk, audit.reached(quirk));
            }
        }
        return Optional.ofNullable(violation);
    }

    /** Puts a card, its driver and the stack on the machine. */
    ToroStack network(Link link, NicCard card, HostSide host) {
        GuestNic nic = new GuestNic(
                machine, new QemuProcess(machine), NetBackend.VHOST, card, link, heap, code, defects, host);
        return new ToroStack(
                kernel,
                nic,
                StackAddresses.examples(),
                defects.of(NetworkQuirk.class),
                code,
                new ToroConsole(machine, Display.HEADLESS, code));
    }

    Link link() {
        return new Link(machine, LinkSpec.perfect());
    }

    /** Lets something happen at {@code timePs} or up to 127 times {@code granulePs} later. */
    void at(long timePs, long granulePs, String point, Runnable event) {
        long when = timePs + machine.choices().choose("scenario." + point, 128) * granulePs;
        machine.simulation().at(when, Machine.DEVICE_PRIORITY, (op, arg) -> event.run(), 0, 0);
    }

    private void ask(Invariant invariant, boolean atStake, Optional<String> fault) {
        if (atStake) {
            mustHold(invariant, fault.isEmpty(), fault.orElse(""));
        }
    }

    /** Says whether something is as it must be; the first thing that is not counts. */
    void mustHold(Invariant invariant, boolean holds, String message) {
        if (only != null && only != invariant) {
            return;
        }
        tally.checked(invariant);
        if (!holds && violation == null) {
            violation = new Violation(invariant, message, machine.simulation().nowPs());
        }
    }

    /** Says so if the heap does not hold what it held. */
    void checkMemory(long before) {
        long now = heap.liveBytes();
        mustHold(
                Invariant.MEMORY_LEAKED,
                now == before,
                "at rest the heap holds " + (now - before) + " bytes more than at the beginning");
    }
}
