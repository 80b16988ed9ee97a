package io.torosim.virtio.requests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines that differ in the ring and in numbers only are of one kind. */
final class Alike {
    private Alike() {}

    /** Returns the first line of each kind, and how many more there are of it. */
    static List<String> lines(List<String> all) {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        for (String line : all) {
            String kind = line.replaceFirst("ring [0-9a-f]+", "ring").replaceAll("[0-9]+", "#");
            kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(line);
        }
        return kinds.values().stream()
                .map(same ->
                        same.get(0) + (same.size() > 1 ? " (and " + (same.size() - 1) + " more of this kind)" : ""))
                .toList();
    }
}
