package io.torosim.bench.cli.guest;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.spec.Keys;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.sched.IdlePolicy;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say on what machine a guest runs, and how it was built. */
public final class MachineArguments {
    private static final int MOST_MIB = 1 << 20;

    @Option(names = "--cores", paramLabel = "N", description = "vCPUs, 1 to 8 (default: the example's own)")
    private Integer cores;

    @Option(names = "--ram", paramLabel = "MIB", description = "memory in MiB (default: the example's own)")
    private Integer ram;

    @Option(
            names = "--mhz",
            paramLabel = "MHZ",
            defaultValue = "2400",
            description = "rate of the time-stamp counter (default: ${DEFAULT-VALUE})")
    private long mhz;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "kvm",
            description = "kvm, tcg-single or tcg-multi (default: ${DEFAULT-VALUE})")
    private String mode;

    @Option(
            names = "--host-cpus",
            paramLabel = "N",
            defaultValue = "0",
            description = "CPUs of the host that the vCPUs' threads share; 0 for one each (default: ${DEFAULT-VALUE})")
    private int hostCpus;

    @Option(names = "--halt-polling", description = "the host polls before it blocks a halted vCPU")
    private boolean haltPolling;

    @Option(
            names = "--display",
            paramLabel = "KIND",
            defaultValue = "vga",
            description = "vga, memory (no VGA card) or headless (default: ${DEFAULT-VALUE})")
    private String display;

    @Option(
            names = "--idle",
            paramLabel = "POLICY",
            defaultValue = "after",
            description = {
                "what a core without work does: busy-poll (before, until 2017), halt-without-hint, poll-then-halt (after, of June",
                "2018), pollers-spin-2019, last-irq-2020, no-idle-flag-2020, halt-at-once or mwait, or a CLASS or CLASS@PATH of",
                "your own (default: ${DEFAULT-VALUE})"
            })
    private String idle;

    @Option(
            names = "--optimise",
            paramLabel = "LEVEL",
            defaultValue = "2",
            description = "compiled with -O-, -O1, -O2 or -O3: none, 1, 2 or 3 (default: ${DEFAULT-VALUE})")
    private String level;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "seed of every random stream (default: ${DEFAULT-VALUE})")
    private long seed;

    /** Makes the arguments; picocli fills them. */
    public MachineArguments() {}

    /** The one rule of {@code --perturb}: refuses what is no seed of an unquiet host; null, the option left out, is a quiet one. */
    public static void checkPerturb(Long perturb, CommandLine command) {
        if (perturb != null && perturb < 1) {
            throw new ParameterException(command, "--perturb must be at least 1, perturb=" + perturb);
        }
    }

    MachineSpec machine(GuestApplication application, boolean exact, @Nullable Long perturb) {
        return machine(application.vcpus(), application.ramMib(), exact, perturb);
    }

    /** The same for a guest that usually has so many vCPUs and so much memory. */
    MachineSpec machine(int usualVcpus, int usualRamMib, boolean exact, @Nullable Long perturb) {
        int vcpus = cores == null ? usualVcpus : cores;
        if (vcpus < 1 || vcpus > 8) {
            throw new IllegalArgumentException("--cores must be in [1, 8], cores=" + vcpus);
        }
        if (mhz < 100 || mhz > 10_000) {
            throw new IllegalArgumentException("--mhz must be in [100, 10000], mhz=" + mhz);
        }
        if (ram != null && (ram < 1 || ram > MOST_MIB)) {
            throw new IllegalArgumentException("--ram must be in [1, " + MOST_MIB + "], ram=" + ram);
        }
        VcpuMode vcpuMode = labelled("--mode", VcpuMode::ofLabel, mode);
        if (haltPolling && vcpuMode != VcpuMode.KVM) {
            throw new IllegalArgumentException("--halt-polling is KVM's: it does nothing with --mode " + mode);
        }
        if (hostCpus < 0 || hostCpus > 256) {
            throw new IllegalArgumentException("--host-cpus must be in [0, 256], host-cpus=" + hostCpus);
        }
        if (hostCpus > 0 && vcpuMode == VcpuMode.TCG_SINGLE) {
            throw new IllegalArgumentException(
                    "--host-cpus does nothing with --mode tcg-single, which has one thread for"
                            + " all vCPUs, host-cpus=" + hostCpus);
        }
        MachineSpec.Builder machine = MachineSpec.builder()
                .vcpus(vcpus)
                .ramMib(ram == null ? usualRamMib : ram)
                .tscHz(mhz * 1_000_000)
                .vcpuMode(vcpuMode)
                .haltPolling(haltPolling)
                .hostCpus(hostCpus)
                .seed(seed)
                .exactStepping(exact);
        if (perturb != null) {
            machine.perturbation(perturb);
        }
        return machine.build();
    }

    /** Describes the host in the head line of a report: how it executes vCPUs, and on how many CPUs where that was said. */
    static String host(MachineSpec machine) {
        String label = machine.vcpuMode().label();
        return machine.hostCpus() == 0 ? label : label + " on " + machine.hostCpus() + " host CPU(s)";
    }

    /** Reads an option's value; a message about one that there is not names the option. */
    static <T> T labelled(String option, Function<String, T> reader, String value) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int must = message.indexOf(" must ");
            throw new IllegalArgumentException(option + (must < 0 ? ": " + message : message.substring(must)), e);
        }
    }

    Display displayKind() {
        return labelled("--display", Display::ofLabel, display);
    }

    IdlePolicy idlePolicy() {
        return switch (idle) {
            case "before" -> IdlePolicy.busyPoll();
            case "after" -> IdlePolicy.pollThenHalt();
            default -> named();
        };
    }

    private IdlePolicy named() {
        try {
            return Keys.policyNamed(idle, Path.of("here"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--idle: " + e.getMessage() + ", idle=" + idle, e);
        }
    }

    OptimisationLevel optimisation() {
        return switch (level) {
            case "none", "-" -> OptimisationLevel.NONE;
            case "1" -> OptimisationLevel.O1;
            case "2" -> OptimisationLevel.O2;
            case "3" -> OptimisationLevel.O3;
            default -> throw new IllegalArgumentException("--optimise must be none, 1, 2 or 3, optimise=" + level);
        };
    }
}
