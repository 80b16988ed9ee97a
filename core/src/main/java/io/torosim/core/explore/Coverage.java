package io.torosim.core.explore;

import io.torosim.core.code.GuestCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which steps of a scenario's routines were executed at all. */
final class Coverage {
    private final Map<GuestCode, BitSet> seen = new LinkedHashMap<>();

    private final Map<Stimulus, Boolean> stimuli = new LinkedHashMap<>();

    private @Nullable GuestCode lastCode;
    private @Nullable BitSet lastEntries;

    Coverage(Scenario scenario) {
        for (Scenario.Program program : scenario.programs) {
            seen.computeIfAbsent(program.code(), code -> new BitSet());
        }
        for (GuestCode handler : scenario.handlers.values()) {
            seen.computeIfAbsent(handler, code -> new BitSet());
        }
        for (Stimulus stimulus : scenario.stimuli) {
            stimuli.put(stimulus, false);
        }
    }

    void came(Stimulus stimulus) {
        stimuli.put(stimulus, true);
    }

    void executed(GuestCode code, int entry) {
        if (code == lastCode && lastEntries != null && lastEntries.get(entry)) {
            return;
        }
        BitSet entries = seen.get(code);
        if (entries == null) {
            entries = new BitSet();
            seen.put(code, entries);
        }
        entries.set(entry);
        lastCode = code;
        lastEntries = entries;
    }

    /** Adds what another one of the same scenario has noted. */
    void add(Coverage other) {
        other.seen.forEach(
                (code, entries) -> seen.computeIfAbsent(code, c -> new BitSet()).or(entries));
        other.stimuli.forEach((stimulus, came) -> stimuli.merge(stimulus, came, Boolean::logicalOr));
    }

    /** Returns the steps that were never executed, as "routine: step", and what never came "from outside: ...". */
    List<String> neverExecuted() {
        List<String> never = new ArrayList<>();
        seen.forEach((code, entries) -> {
            for (int entry = 0; entry < code.entries(); entry++) {
                if (code.isStep(entry) && !entries.get(entry)) {
                    never.add(code.name() + ": " + code.entryName(entry));
                }
            }
        });
        stimuli.forEach((stimulus, came) -> {
            if (!came) {
                never.add("from outside: " + stimulus.name());
            }
        });
        return never;
    }
}
