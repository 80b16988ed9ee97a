package io.torosim.virtio.testkit.broken;

import io.torosim.virtio.Rule;
import io.torosim.virtio.device.Rig.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The lines of the table of planted faults that are about bringing a device up. */
public final class HandshakeTable {
    private static final String[] DEVICES = {"", "net", "blk", "console", "entropy"};

    private HandshakeTable() {}

    /** Returns how many faults there are. */
    public static int faults() {
        return HandshakeFault.values().length;
    }

    /** Returns a line for each fault: what it is, in which drivers it was planted on how many transports, what named it. */
    public static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (HandshakeFault fault : HandshakeFault.values()) {
            Set<String> devices = new java.util.LinkedHashSet<>();
            int cases = 0;
            int named = 0;
            for (Way way : fault.ways) {
                for (int device = 1; device <= 4; device++) {
                    if (fault.fits(way, device)) {
                        devices.add(DEVICES[device]);
                        cases++;
                        Set<Rule> rules = HandshakeFaultsTest.run(way, device, fault, 1).stream()
                                .map(v -> v.rule())
                                .collect(Collectors.toSet());
                        named += rules.equals(Set.of(fault.rule)) ? 1 : 0;
                    }
                }
            }
            String story = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            lines.add("| " + story + " | " + String.join(", ", devices) + " | " + fault.ways.size() + " | " + fault.rule
                    + " | " + (named == cases ? "all " + cases : "**" + named + " of " + cases + "**") + " |\n");
        }
        return lines;
    }
}
