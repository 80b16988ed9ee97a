package io.torosim.experiment.real.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One boot, in milliseconds from just before exec.
 *
 * @param firstInstruction to the first instruction of a firmware of our own in the machine's place, or NaN
 * @param firstFirmwareLine to the firmware's first line, or NaN if it says nothing
 * @param firstGuestLine to the guest's first line
 * @param phases length of each phase of the firmware that took place, by its name
 * @param waited share of the boot in which the process's threads waited for a CPU, in percent
 */
public record BootTimes(
        double firstInstruction,
        double firstFirmwareLine,
        double firstGuestLine,
        Map<String, Double> phases,
        double waited) {
    /** Takes a copy. */
    public BootTimes {
        phases = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(phases));
    }

    /**
     * A line of the debug port.
     *
     * @param millis when its last character came
     * @param text without its end
     */
    record DebugLine(double millis, String text) {}

    /** Cuts what a debug port said into phases. */
    static BootTimes of(double firstInstruction, List<DebugLine> lines, List<FirmwarePhase> phases, double waited) {
        double guest = lines.get(lines.size() - 1).millis();
        Map<String, Double> lengths = new LinkedHashMap<>();
        if (lines.size() == 1) {
            return new BootTimes(firstInstruction, Double.NaN, guest, lengths, waited);
        }
        double since = lines.get(0).millis();
        int from = 1;
        for (FirmwarePhase phase : phases) {
            for (int i = from; i < lines.size(); i++) {
                if (phase.ends().matcher(lines.get(i).text()).matches()) {
                    lengths.put(phase.name(), lines.get(i).millis() - since);
                    since = lines.get(i).millis();
                    from = i + 1;
                    break;
                }
            }
        }
        return new BootTimes(firstInstruction, lines.get(0).millis(), guest, lengths, waited);
    }

    /**
     * A phase of the firmware: from the end of the one before to the debug line that ends it.
     *
     * @param name for people
     * @param ends the line that begins the next phase
     */
    public record FirmwarePhase(String name, Pattern ends) {
        private static final List<String> HEADING = List.of("name", "ends");

        /** Returns the phases of SeaBIOS, in order, from the resource {@code seabios-phases.tsv}. */
        public static List<FirmwarePhase> seabios() {
            try {
                return TabTable.ofResource(FirmwarePhase.class, "seabios-phases.tsv", HEADING).stream()
                        .map(row -> new FirmwarePhase(row[0], Pattern.compile(row[1])))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
