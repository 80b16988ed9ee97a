package io.torosim.sched.explore;

import io.torosim.core.defect.Defect;
import io.torosim.core.defect.Defects;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A run in one line: {@code torosim-replay:v1:SCENARIO:QUIRKS:SEED:CHOICES}. Quirks are {@code on}, {@code off} or a mask of
 * {@link Scenario#defects} in hexadecimal after {@code 0x}; choices are pairs of position and alternative, or {@code -}.
 *
 * @param scenario which
 * @param defects which defects
 * @param seed seed of the machine
 * @param choices what differed from alternative 0, as text
 */
public record ReplayLine(Scenario scenario, Defects defects, long seed, String choices) {
    private static final String PREFIX = "torosim-replay:v1:";

    /** Checks the choices. */
    public ReplayLine {
        ChoiceLog.parse(choices);
    }

    /**
     * Reads a line.
     *
     * @param scenarios finds a scenario by its name, or throws {@link IllegalArgumentException}: {@link Scenarios#named} for the kernel's
     * @throws IllegalArgumentException if it is none, or names no scenario
     */
    public static ReplayLine parse(String line, Function<String, Scenario> scenarios) {
        String[] parts = line.strip().split(":", -1);
        if (!line.strip().startsWith(PREFIX) || parts.length != 6) {
            throw new IllegalArgumentException("a replay line must be " + PREFIX + "SCENARIO:QUIRKS:SEED:CHOICES");
        }
        Scenario named = scenarios.apply(parts[2]);
        try {
            return new ReplayLine(named, parseDefects(named, parts[3]), Long.parseLong(parts[4]), parts[5]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("seed and quirks of a replay line must be numbers, line=" + line, e);
        }
    }

    /**
     * Reads {@code on} (what {@link Scenario#defectsOn} says), {@code off} or a mask such as {@code 0x1f}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Defects parseDefects(Scenario scenario, String text) {
        if (text.equals("on")) {
            return scenario.defectsOn();
        }
        if (text.equals("off")) {
            return Defects.none();
        }
        if (!text.startsWith("0x")) {
            throw new IllegalArgumentException("quirks must be on, off or 0x and a mask, quirks=" + text);
        }
        BigInteger mask = new BigInteger(text.substring(2), 16);
        List<? extends Defect> all = scenario.defects();
        if (mask.signum() < 0 || mask.bitLength() > all.size()) {
            throw new IllegalArgumentException("a mask must name known defects only, of which " + scenario.name()
                    + " has " + all.size() + ", quirks=" + text);
        }
        List<Defect> on = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (mask.testBit(i)) {
                on.add(all.get(i));
            }
        }
        return Defects.of(on);
    }

    /** Returns the line. */
    public String text() {
        String on = defects.equals(scenario.defectsOn()) ? "on" : defects.equals(Defects.none()) ? "off" : mask();
        return PREFIX + scenario.name() + ":" + on + ":" + seed + ":" + choices;
    }

    private String mask() {
        BigInteger mask = BigInteger.ZERO;
        List<? extends Defect> all = scenario.defects();
        for (int i = 0; i < all.size(); i++) {
            mask = defects.has(all.get(i)) ? mask.setBit(i) : mask;
        }
        return "0x" + mask.toString(16);
    }
}
