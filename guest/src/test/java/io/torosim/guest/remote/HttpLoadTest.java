package io.torosim.guest.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpLoadTest {
    private static GuestSpec spec() {
        return GuestSpec.of("ToroHelloWorldMicroservice").withDisplay(Display.HEADLESS);
    }

    @Test
    void closedLoop_keepsItsConcurrency() {
        HttpLoadSpec load = HttpLoadSpec.closed("/", 100, 8).startingAt(Duration.ofMillis(10));
        try (GuestSession session = GuestSession.open(spec().withLoad(load), null)) {
            int[] most = new int[1];
            for (int i = 0; i < 200; i++) {
                session.runUntil(Duration.ofMillis(10).plusNanos(200_000L * i));
                most[0] = Math.max(most[0], session.sockets().size());
            }
            session.runUntil(Duration.ofSeconds(1));
            assertThat(session.load().orElseThrow().answered()).isEqualTo(100);
            assertThat(most[0]).as("some of those before are still closing").isBetween(5, 16);
        }
    }

    @Test
    void openLoop_hasItsRate() {
        HttpLoadSpec load = HttpLoadSpec.open("/", 2000, 1000).startingAt(Duration.ofMillis(10));
        try (GuestSession session = GuestSession.open(spec().withLoad(load), null)) {
            session.runUntil(Duration.ofSeconds(10));
            HttpLoad done = session.load().orElseThrow();
            assertThat(done.answered()).isEqualTo(2000);
            assertThat(done.lastDonePs() / (double) Picos.PER_SECOND).isBetween(1.8, 2.2);
        }
    }

    @Test
    void lostSyn_isRepeatedAfterOneSecond() {
        List<Long> syns = new ArrayList<>();
        HttpLoadSpec load = HttpLoadSpec.closed("/", 1, 1).startingAt(Duration.ofMillis(10));
        try (GuestSession session = GuestSession.open(spec().withLoad(load), null)) {
            session.link().filter((direction, frame) -> {
                boolean syn = direction == Link.Direction.IN && Tcp.isWhole(frame) && Tcp.flags(frame) == Tcp.SYN;
                if (syn) {
                    syns.add(session.machine().simulation().nowPs() / Picos.PER_MILLI);
                }
                return !syn || syns.size() > 2;
            });
            session.runUntil(Duration.ofSeconds(10));
            assertThat(syns).containsExactly(10L, 1010L, 3010L);
            assertThat(session.load().orElseThrow().answered()).isEqualTo(1);
        }
    }

    @Test
    void deafGuest_endsInFailuresNamed() {
        HttpLoadSpec load = HttpLoadSpec.closed("/", 2, 2).startingAt(Duration.ofMillis(10));
        GuestSpec deaf = spec().withLink(LinkSpec.perfect().withLoss(1_000_000)).withLoad(load);
        try (GuestSession session = GuestSession.open(deaf, null)) {
            session.runUntil(Duration.ofSeconds(60));
            assertThat(session.load().orElseThrow().failures()).containsEntry("no connection", 2L);
            assertThat(session.load().orElseThrow().isOver()).isTrue();
        }
    }

    @Test
    void wrongSpecs_areRefused() {
        assertThatThrownBy(() -> HttpLoadSpec.closed("x", 1, 1)).hasMessageContaining("path must begin with /");
        assertThatThrownBy(() -> HttpLoadSpec.closed("/", 1, 0)).hasMessageContaining("concurrency=0");
        assertThatThrownBy(() -> HttpLoadSpec.open("/", -1, 1)).hasMessageContaining("requests=-1");
    }
}
