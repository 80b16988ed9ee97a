package io.torosim.virtio.profile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Runs one driver test against every profile and says on which the driver depends.
 *
 * @param outcomes what came out on each profile, in the order of the profiles
 */
public record ProfileMatrix(Map<DeviceProfile, String> outcomes) {
    /** Keeps the order. */
    public ProfileMatrix {
        outcomes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }

    /**
     * Runs a test on all profiles.
     *
     * @param test returns what the driver saw, in words that do not name the profile; an exception counts as its message
     */
    public static ProfileMatrix run(List<DeviceProfile> profiles, Function<DeviceProfile, String> test) {
        Map<DeviceProfile, String> outcomes = new LinkedHashMap<>();
        for (DeviceProfile profile : profiles) {
            String outcome;
            try {
                outcome = test.apply(profile);
            } catch (RuntimeException e) {
                outcome = "failed: " + e.getMessage();
            }
            outcomes.put(profile, outcome);
        }
        return new ProfileMatrix(outcomes);
    }

    /** Returns whether all profiles gave the same outcome. */
    public boolean independent() {
        return outcomes.values().stream().distinct().count() <= 1;
    }

    /** Returns a line for each outcome with the profiles that gave it. */
    public String report() {
        Map<String, List<String>> byOutcome = new TreeMap<>();
        outcomes.forEach((profile, outcome) -> byOutcome
                .computeIfAbsent(outcome, o -> new java.util.ArrayList<>())
                .add(profile.name()));
        if (independent()) {
            return "same on all profiles: " + byOutcome.keySet().iterator().next();
        }
        StringBuilder out = new StringBuilder("depends on the profile\n");
        byOutcome.forEach((outcome, names) ->
                out.append("  ").append(names).append(": ").append(outcome).append('\n'));
        return out.toString();
    }
}
