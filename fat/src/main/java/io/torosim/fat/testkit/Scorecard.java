package io.torosim.fat.testkit;

import java.util.EnumMap;
import java.util.Map;

/**
 * What became of every scenario with one implementation, on FAT12 and on FAT16.
 *
 * @param implementation its name and version
 * @param fat12 scenario to {@link #PASSED}, {@link #NO_CALL} or what went wrong
 * @param fat16 the same on FAT16
 */
public record Scorecard(String implementation, Map<Scenario, String> fat12, Map<Scenario, String> fat16) {
    /** Outcome of a scenario that went as it should. */
    public static final String PASSED = "passed";
    /** Outcome of a scenario for which the implementation has no call. */
    public static final String NO_CALL = "no call for it";

    /**
     * Puts an implementation through all scenarios.
     *
     * @param implementation what is tried
     * @return the outcomes
     */
    public static Scorecard of(Implementation implementation) {
        var fat12 = new EnumMap<Scenario, String>(Scenario.class);
        var fat16 = new EnumMap<Scenario, String>(Scenario.class);
        for (Scenario scenario : Scenario.values()) {
            fat12.put(scenario, scenario.run(implementation, false));
            fat16.put(scenario, scenario.run(implementation, true));
        }
        return new Scorecard(implementation.name(), fat12, fat16);
    }

    /**
     * Counts an outcome.
     *
     * @param outcome {@link #PASSED} or {@link #NO_CALL}
     * @return how often it occurs, of both types together
     */
    public long count(String outcome) {
        return fat12.values().stream().filter(outcome::equals).count()
                + fat16.values().stream().filter(outcome::equals).count();
    }
}
