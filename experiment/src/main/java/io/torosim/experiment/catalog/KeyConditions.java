package io.torosim.experiment.catalog;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import java.util.List;

/**
 * In words, when an experiment heeds a key that it refuses elsewhere: what {@code heeds()} of its class decides, for {@link Experiments#heededBy}. That each has its
 * words, and nothing else has, {@code ActingKeysTest} holds.
 */
final class KeyConditions {
    private static final List<Key<?>> OF_CLIENTS = List.of(Keys.CONCURRENCY, Keys.PERIOD, Keys.BURST, Keys.REQUESTS);

    private KeyConditions() {}

    /** Returns the condition; empty where there is none but the guest of a study. */
    static String of(String experiment, Key<?> key) {
        boolean study = experiment.equals("study");
        if (key == Keys.SHARED_CPUS) {
            return switch (experiment) {
                case "boot" -> "fewer than boot.vcpus";
                case "sweep" -> "fewer than 8";
                case "network", "optimisation", "later" -> "fewer than 2";
                default -> "fewer than machine.vcpus";
            };
        }
        if (key == Keys.RAM_PER_VCPU) {
            return study ? "load.rate or recorded arrivals" : "recorded arrivals";
        }
        if (key == Keys.HOST_PROFILE && experiment.equals("memory")) {
            return "of kvm";
        }
        if (key == Keys.HALT_POLLING && study) {
            return "a policy that halts by hlt";
        }
        return study && OF_CLIENTS.contains(key) ? "without load.rate and ticks" : "";
    }
}
