package io.torosim.experiment.real.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;

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
