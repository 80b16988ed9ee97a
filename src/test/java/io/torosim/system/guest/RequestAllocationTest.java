package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A request in steady state: nothing is made for it, in the kernel, the driver, the ring, the wire or the host at its far end. */
final class RequestAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM = 1_000;
    private static final int MEASURED = 4_000;

    @Test
    void steadyState_allocatesNothingForARequest() {
        GuestSpec spec =
                GuestSpec.of("ToroHelloWorldMicroservice").withLoad(HttpLoadSpec.closed("/", WARM + MEASURED, 1));
        try (GuestSession session = GuestSession.open(spec, null)) {
            int millis = 0;
            while (session.load().orElseThrow().answered() < WARM) {
                millis += 10;
                session.runUntil(Duration.ofMillis(millis));
            }
            long before = session.load().orElseThrow().answered();
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            session.runUntil(Duration.ofSeconds(5)); // one call: it makes a result
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            long requests = session.load().orElseThrow().answered() - before;
            assertThat(requests).isGreaterThan(MEASURED / 2);
            assertThat((double) bytes / requests)
                    .as("bytes a request, of %d requests", requests)
                    .isLessThan(16);
        }
    }
}
