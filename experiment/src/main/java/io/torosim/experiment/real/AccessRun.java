package io.torosim.experiment.real;

import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.host.RealMachine.RunFile;
import io.torosim.experiment.real.probe.ProbeGuest;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What accesses to devices take on a real QEMU, in nanoseconds. */
final class AccessRun {
    private static final int LIMIT_SECONDS = 20;

    private AccessRun() {}

    /** Returns {@code samples} means of a thousand accesses of each kind; throws {@link RealMachineException} if they do not come. */
    public static Map<AccessGuest.Kind, double[]> of(
            MachineKind kind, Accelerator accelerator, HostFacts host, int samples) throws IOException {
        Map<AccessGuest.Kind, double[]> nanos = new EnumMap<>(AccessGuest.Kind.class);
        for (AccessGuest.Kind access : AccessGuest.Kind.values()) {
            nanos.put(access, new double[samples]);
        }
        List<String> arguments = new ArrayList<>(kind.arguments());
        arguments.addAll(accelerator.arguments());
        arguments.addAll(List.of("-kernel", "@DIR@/guest.elf"));
        byte[] elf = ProbeGuest.image(kind.entry(), AccessGuest.assemble()).toElf();
        try (RealMachine machine =
                RealMachine.start(arguments, ProbeGuest.RAM_BYTES, List.of(new RunFile("guest.elf", elf)))) {
            MappedByteBuffer memory = machine.memory(ProbeGuest.RAM_BYTES);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            long seen = 1; // the first round warms up
            for (int sample = 0; sample < samples; ) {
                long round = AccessGuest.rounds(memory);
                if (round <= seen) {
                    machine.requireAlive();
                    if (System.nanoTime() - deadline > 0) {
                        throw new RealMachineException(
                                "the guest that measures accesses did not get on within " + LIMIT_SECONDS + " s");
                    }
                    RealMachine.pause(2);
                    continue;
                }
                seen = round;
                for (AccessGuest.Kind access : AccessGuest.Kind.values()) {
                    Objects.requireNonNull(nanos.get(access), access.name())[sample] =
                            AccessGuest.cycles(memory, access) * 1e9 / host.tscHz() / AccessGuest.REPEATS;
                }
                sample++;
            }
        }
        return nanos;
    }
}
