package io.torosim.system.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.guest.fs.FatQuirk;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Toro's reader makes of one image.
 *
 * @param of2018 {@code right}, {@code wrong}, or why it is refused, with all defects
 * @param repaired the same with none
 * @param spoiling the defects each of which alone, all others repaired, makes it other than right
 */
public record ToroOutcome(String of2018, String repaired, Set<FatQuirk> spoiling) {
    static final String RIGHT = "right";
    static final String WRONG = "wrong";

    /**
     * Reads every file of a volume in every way. The model and the routines on the machine must say the same.
     *
     * @param volume the volume, without a partition table before it
     * @return what came out
     * @throws IOException if the volume itself cannot be read
     */
    public static ToroOutcome of(BlockDevice volume) throws IOException {
        TreeMap<String, String> right = ToroReading.byTheVolume(volume);
        String old = outcome(volume, EnumSet.allOf(FatQuirk.class), right);
        String repaired = outcome(volume, EnumSet.noneOf(FatQuirk.class), right);
        var spoiling = new TreeSet<FatQuirk>();
        for (FatQuirk quirk : FatQuirk.values()) {
            if (repaired.equals(RIGHT)
                    && !ToroReading.plain(volume, EnumSet.of(quirk), right.keySet())
                            .equals(right)) {
                spoiling.add(quirk);
            }
        }
        return new ToroOutcome(old, repaired, spoiling);
    }

    private static String outcome(BlockDevice volume, Set<FatQuirk> quirks, TreeMap<String, String> right) {
        TreeMap<String, String> plain = ToroReading.plain(volume, quirks, right.keySet());
        TreeMap<String, String> machine = ToroReading.onTheMachine(volume, quirks, right.keySet());
        if (!machine.equals(plain)) {
            throw new AssertionError("on the machine " + machine + ", by the model " + plain + ", " + quirks);
        }
        String refused = plain.get(ToroReading.REFUSED);
        return refused != null ? refused : plain.equals(right) ? RIGHT : WRONG;
    }

    /** Returns a line for a list: the three parts, separated by {@code " | "}. */
    public String line() {
        return of2018 + " | " + repaired + " | "
                + String.join(" ", spoiling.stream().map(Enum::name).toList());
    }
}
