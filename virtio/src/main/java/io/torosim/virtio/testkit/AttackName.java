package io.torosim.virtio.testkit;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One attack as a line of text, such as {@code split+indirect q=8: head equals queue size}: the ring that it is made on and its name. Attacks
 * leave nothing to chance, so this is all that is needed to run one again.
 */
record AttackName(QueueMode mode, String name) {
    private static final Pattern LINE = Pattern.compile("((?:split|packed)\\S* q=\\d+): (.+)");

    /** Names an attack on a ring of this kind. */
    static AttackName of(boolean packed, long features, int size, String name) {
        return new AttackName(
                new QueueMode(
                        packed,
                        false,
                        has(features, VirtioFeatures.INDIRECT_DESC),
                        has(features, VirtioFeatures.EVENT_IDX),
                        has(features, VirtioFeatures.IN_ORDER),
                        size),
                name);
    }

    private static boolean has(long features, long bit) {
        return VirtioFeatures.has(features, bit);
    }

    /** Returns whether a line names an attack. */
    static boolean is(String line) {
        return LINE.matcher(line).matches();
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none, or of a ring of another size
     */
    static AttackName parse(String line, int size) {
        Matcher matcher = LINE.matcher(line.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not an attack such as \"split+indirect q=" + size + ": head equals queue size\": " + line.trim());
        }
        QueueMode mode = QueueMode.parse(matcher.group(1));
        if (mode.size() != size) {
            throw new IllegalArgumentException("attacks have a queue of " + size + ", not of " + mode.size());
        }
        return new AttackName(mode, matcher.group(2));
    }

    /**
     * Returns the attack of this name; what a report adds to it in brackets is passed over.
     *
     * @throws IllegalArgumentException if there is none
     */
    <A> A among(List<A> attacks, Function<A, String> nameOf) {
        for (A attack : attacks) {
            if (name.equals(nameOf.apply(attack))) {
                return attack;
            }
        }
        for (A attack : attacks) {
            if (name.matches(Pattern.quote(nameOf.apply(attack)) + " \\([A-Z]+[0-9]+\\)")) {
                return attack;
            }
        }
        throw new IllegalArgumentException(
                "no attack on a " + (mode.packed() ? "packed" : "split") + " ring has this name: " + name);
    }

    /** Returns Java source that runs the attack again. */
    static String source(Side side, String line) {
        return (side == Side.DEVICE ? "DeviceAttacks" : "DriverAttacks") + ".replay(\""
                + line.replaceFirst(" \\([A-Z]+[0-9]+\\)$", "") + "\", mine).forEach(System.out::println);\n";
    }

    @Override
    public String toString() {
        return mode + ": " + name;
    }
}
