package io.torosim.sched.explore;

import io.torosim.sched.ToroQuirks;

/**
 * A run in one line: {@code torosim-replay:v1:SCENARIO:QUIRKS:SEED:CHOICES}. Quirks are {@code on}, {@code off} or the mask
 * of {@link ToroQuirks} in hexadecimal after {@code 0x}; choices are pairs of position and alternative, or {@code -}.
 *
 * @param scenario which
 * @param quirks which defects
 * @param seed seed of the machine
 * @param choices what differed from alternative 0, as text
 */
public record ReplayLine(Scenario scenario, ToroQuirks quirks, long seed, String choices) {
    private static final String PREFIX = "torosim-replay:v1:";

    /** Checks the choices. */
    public ReplayLine {
        ChoiceLog.parse(choices);
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none, or names no scenario
     */
    public static ReplayLine parse(String line) {
        String[] parts = line.strip().split(":", -1);
        if (!line.strip().startsWith(PREFIX) || parts.length != 6) {
            throw new IllegalArgumentException("a replay line must be " + PREFIX + "SCENARIO:QUIRKS:SEED:CHOICES");
        }
        try {
            Scenario named = Scenarios.named(parts[2]);
            return new ReplayLine(named, parseQuirks(named, parts[3]), Long.parseLong(parts[4]), parts[5]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("seed and quirks of a replay line must be numbers, line=" + line, e);
        }
    }

    /**
     * Reads {@code on} (what {@link Scenario#quirksOn} says), {@code off} or a mask such as {@code 0x1f}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static ToroQuirks parseQuirks(Scenario scenario, String text) {
        if (text.equals("on")) {
            return scenario.quirksOn();
        }
        if (text.equals("off")) {
            return ToroQuirks.repaired();
        }
        if (!text.startsWith("0x")) {
            throw new IllegalArgumentException("quirks must be on, off or 0x and a mask, quirks=" + text);
        }
        return new ToroQuirks(Long.parseLong(text.substring(2), 16));
    }

    /** Returns the line. */
    public String text() {
        String q = quirks.equals(scenario.quirksOn())
                ? "on"
                : quirks.equals(ToroQuirks.repaired()) ? "off" : "0x" + Long.toHexString(quirks.mask());
        return PREFIX + scenario.name() + ":" + q + ":" + seed + ":" + choices;
    }
}
