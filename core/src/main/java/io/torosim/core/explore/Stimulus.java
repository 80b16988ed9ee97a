package io.torosim.core.explore;

import io.torosim.core.explore.Scenario.DeviceHand;
import io.torosim.core.explore.Scenario.Look;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Something from outside that can happen at any moment.
 *
 * @param name a few words
 * @param times how often, in [1, 100]
 * @param certain whether it will happen; else it may, and nobody can rely on it
 * @param possible when
 * @param effect what it does
 */
record Stimulus(String name, int times, boolean certain, Predicate<Look> possible, Consumer<DeviceHand> effect) {}
