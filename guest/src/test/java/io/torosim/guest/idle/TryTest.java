package io.torosim.guest.idle;

import io.torosim.core.explore.*;
import org.junit.jupiter.api.Test;

final class TryTest {
    @Test
    void all() {
        for (IdleLoop loop : IdleLoops.all()) {
            for (boolean r : new boolean[] {false, true}) {
                for (int cores = 2; cores <= 3; cores++) {
                long t = System.nanoTime();
                Scenario s = loop.scenario(r, cores, cores == 2 ? 2 : 1);
                Verdict v = Exploration.search(s, Bounds.standard().withStates(2_000_000));
                System.out.println(s.name() + " cores " + cores + ": " + v.summary() + " " + (System.nanoTime() - t) / 1000000 + " ms " + v.neverExecuted()+v.neverChecked());
                if (cores == 2 && !r && System.getProperty("show") != null && v.violation().isPresent()) System.out.println(Exploration.explain(s, v.violation().get()));
                }
            }
        }
    }
}
