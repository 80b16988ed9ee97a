package io.torosim.experiment.real.boot;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.time.Picos;
import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A way from exec to a guest's first line. The shipped ones are in the resource {@code boot-paths.tsv}; a user's file of that
 * form adds others.
 *
 * @param name what reports call it
 * @param entry how the guest is entered
 * @param arguments QEMU's arguments, the accelerator and the kernel aside
 * @param start parameter of the cost model for the monitor's start
 * @param firmware parameters of the firmware's phases, in order
 * @param untestable why it cannot be run, or empty
 */
public record BootWay(
        String name,
        KernelImage.Entry entry,
        List<String> arguments,
        String start,
        List<String> firmware,
        String untestable) {
    private static final List<String> HEADING =
            List.of("name", "entry", "arguments", "start", "firmware", "untestable");

    /** Takes copies. */
    public BootWay {
        arguments = List.copyOf(arguments);
        firmware = List.copyOf(firmware);
    }

    /** Returns the shipped ones. */
    public static List<BootWay> shipped() {
        try {
            return of(TabTable.ofResource(BootWay.class, "boot-paths.tsv", HEADING), "boot-paths.tsv");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a user's file; throws {@link RealMachineException} naming what is wrong. */
    public static List<BootWay> read(Path file) throws IOException {
        return of(TabTable.ofFile(file, HEADING), file.toString());
    }

    private static List<BootWay> of(List<String[]> rows, String file) throws IOException {
        List<BootWay> ways = new ArrayList<>();
        for (String[] row : rows) {
            KernelImage.Entry entry;
            try {
                entry = KernelImage.Entry.valueOf(row[1].toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new RealMachineException(
                        file + ": " + row[0] + ": entry must be multiboot or pvh, entry=" + row[1]);
            }
            List<String> costs = new ArrayList<>(row[4].equals("-") ? List.of() : List.of(row[4].split(" ")));
            costs.add(row[3]);
            for (String cost : costs) {
                CostModel model = CostModel.standard();
                if (!model.has(cost) || !model.parameter(cost).unit().isTime()) {
                    throw new RealMachineException(
                            file + ": " + row[0] + ": no such cost that is a time, cost=" + cost);
                }
            }
            ways.add(new BootWay(
                    row[0],
                    entry,
                    List.of(row[2].split(" ")),
                    row[3],
                    row[4].equals("-") ? List.of() : List.of(row[4].split(" ")),
                    row[5].equals("-") ? "" : row[5]));
        }
        return ways;
    }

    /** Returns what the profile says of the monitor's start, in milliseconds. */
    public double predictedStart(HostProfile profile) {
        return millis(profile, start);
    }

    /** Returns what the profile says of the whole way, in milliseconds: start, firmware, the kernel's way into memory. */
    public double predictedTotal(HostProfile profile) {
        double sum = predictedStart(profile);
        for (String phase : firmware) {
            sum += millis(profile, phase);
        }
        return sum;
    }

    /** Returns what the profile says of the firmware's phases, in order, in milliseconds. */
    public List<Double> predictedPhases(HostProfile profile) {
        return firmware.stream().map(phase -> millis(profile, phase)).toList();
    }

    /** Returns what the profile says of a parameter, in milliseconds. */
    static double millis(HostProfile profile, String parameter) {
        return profile.costs().ps(parameter) / (double) Picos.PER_MILLI;
    }
}
