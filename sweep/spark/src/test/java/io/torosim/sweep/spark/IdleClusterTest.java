package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleClusterTest {
    @Test
    void clusterWithoutExecutors_isToldOf_evenRarer_andAnewAfterOneCame() {
        IdleCluster cluster = new IdleCluster("7g");
        List<Integer> told = new ArrayList<>();
        for (int second = 0; second < 300; second++) {
            int now = second;
            cluster.look(now == 200 ? 1 : 0, now * 1_000_000_000L).ifPresent(line -> {
                told.add(now);
                assertThat(line).contains("no executor for ").contains(" a free core and 7g of memory");
            });
        }
        assertThat(told).containsExactly(30, 60, 120, 231, 261);
    }
}
