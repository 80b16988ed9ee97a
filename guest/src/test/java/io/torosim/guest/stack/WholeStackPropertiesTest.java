package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.sched.ToroQuirks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.statistics.Statistics;

/** The whole guest on bad wires. */
class WholeStackPropertiesTest {
    private static final Duration LONG = Duration.ofSeconds(120);

    private static GuestSpec spec(long seed, LinkSpec link, int clients) {
        return GuestSpec.of("ToroHelloWorldMicroservice")
                .withMachine(
                        MachineSpec.builder().vcpus(1).ramMib(256).seed(seed).build())
                .withDisplay(Display.HEADLESS)
                .withLink(link)
                .withLoad(HttpLoadSpec.closed("/x", 20, clients).startingAt(Duration.ofMillis(500)));
    }

    private static LinkSpec wire(int delayMicros, int jitterMicros, int loss, int duplicates, int reordered) {
        return LinkSpec.perfect()
                .withDelay(Duration.ofNanos(1000L * delayMicros), Duration.ofNanos(1000L * jitterMicros))
                .withLoss(loss)
                .withDuplicates(duplicates)
                .withReordering(reordered, Duration.ofMillis(1));
    }

    /** The repaired stack answers every request, right, and keeps nothing. */
    @Property(tries = 150)
    void repaired_answersEverything(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(max = 3000) int delayMicros,
            @ForAll @IntRange(max = 3000) int jitterMicros,
            @ForAll @IntRange(max = 50_000) int loss,
            @ForAll @IntRange(max = 50_000) int duplicates,
            @ForAll @IntRange(max = 50_000) int reordered,
            @ForAll @IntRange(min = 1, max = 4) int clients) {
        GuestSpec spec = spec(seed, wire(delayMicros, jitterMicros, loss, duplicates, reordered), clients)
                .repaired();
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(LONG);
            HttpLoad load = session.load().orElseThrow();
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered()).isEqualTo(20);
            assertThat(new String(load.firstAnswer(), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.0 200\r\nContent-type: Text/Html\r\nContent-length:24\r\nConnection: close\r\n"
                            + "Server: ToroMicroserver\r\n\r\nHello World I am Toro!\r\n");
            assertThat(load.bytesReceived()).isEqualTo(20L * load.firstAnswer().length);
            assertThat(session.sockets()).isEmpty();
            StackCounters counters = session.stack().orElseThrow().counters();
            assertThat(counters.packetsLive()).isZero();
            assertThat(counters.packetsLeaked()).isZero();
            assertThat(counters.connections()).isEqualTo(counters.freed());
            assertThat(session.host().badChecksums()).isZero();
            assertThat(session.kernel().isIdle(0))
                    .as("its processor is halted again")
                    .isTrue();
        }
    }

    /** The stack of 2018 loses requests, but no packet is unaccounted for, and the same seed gives the same run. */
    @Property(tries = 60)
    void faithful_accountsForEveryPacket(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(max = 100_000) int loss,
            @ForAll @IntRange(max = 50_000) int duplicates,
            @ForAll @IntRange(min = 1, max = 3) int clients) {
        GuestSpec spec = spec(seed, wire(200, 100, loss, duplicates, 0), clients);
        RunResult first;
        try (GuestSession session = GuestSession.open(spec, null)) {
            first = session.runUntil(Duration.ofSeconds(10));
            StackCounters counters = session.stack().orElseThrow().counters();
            long queued =
                    session.sockets().stream().mapToLong(s -> s.sending.size()).sum();
            assertThat(counters.packetsLive()).isEqualTo(queued);
            boolean busy = counters.connections() > 5;
            Statistics.label("more than five connections").collect(busy);
            Statistics.label("more than five connections")
                    .coverage(c -> c.check(true).percentage(p -> p > 50));
            assertThat(counters.connections() - counters.freed())
                    .isEqualTo(session.sockets().size());
        }
        try (GuestSession again = GuestSession.open(spec, null)) {
            assertThat(again.runUntil(Duration.ofSeconds(10)).traceDigest()).isEqualTo(first.traceDigest());
        }
    }

    /** Passing over idle rounds in closed form changes nothing. */
    @Property(tries = 30)
    void fastForward_changesNothing(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed, @ForAll @IntRange(max = 50_000) int loss) {
        GuestSpec spec = spec(seed, wire(100, 50, loss, 0, 0), 2)
                .withLoad(HttpLoadSpec.closed("/x", 5, 2).startingAt(Duration.ofMillis(30)));
        long[] digests = new long[2];
        long answered = 0;
        for (int i = 0; i < 2; i++) {
            MachineSpec machine = spec.machine();
            GuestSpec one = spec.withMachine(MachineSpec.builder()
                    .vcpus(1)
                    .ramMib(256)
                    .seed(machine.seed())
                    .fastForward(i == 0)
                    .exactStepping(i != 0)
                    .build());
            try (GuestSession session = GuestSession.open(one, null)) {
                digests[i] = session.runUntil(Duration.ofMillis(120)).traceDigest();
                answered = session.load().orElseThrow().answered();
            }
        }
        assertThat(digests[0]).isEqualTo(digests[1]);
        boolean some = answered > 0;
        Statistics.label("requests were answered").collect(some);
        Statistics.label("requests were answered").coverage(c -> c.check(true).percentage(p -> p > 50));
    }

    /** Connections that a repaired guest opens all get their answer, and leave nothing behind. */
    @Property(tries = 150)
    void repaired_isAnsweredToo(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(max = 3000) int delayMicros,
            @ForAll @IntRange(max = 3000) int jitterMicros,
            @ForAll @IntRange(max = 50_000) int loss,
            @ForAll @IntRange(max = 50_000) int duplicates,
            @ForAll @IntRange(max = 50_000) int reordered,
            @ForAll boolean hostClosesFirst) {
        ClientRig rig = new ClientRig(
                ToroQuirks.repaired(),
                Set.of(),
                wire(delayMicros, jitterMicros, loss, duplicates, reordered),
                seed,
                20,
                false);
        rig.host.listen(ClientRig.PORT, () -> new OutgoingConnectionTest.Teller(hostClosesFirst));
        rig.runUntil(LONG.toMillis());
        assertThat(rig.count("receive told")).as(rig.events.toString()).isEqualTo(20);
        assertThat(rig.stack.sockets()).isEmpty();
        StackCounters counters = rig.stack.counters();
        assertThat(counters.connects()).isEqualTo(20);
        assertThat(counters.connections()).isEqualTo(counters.freed());
        assertThat(counters.packetsLive()).isZero();
        assertThat(counters.packetsLeaked()).isZero();
        assertThat(counters.buffersLeaked()).isZero();
        assertThat(rig.host.badChecksums()).isZero();
        assertThat(rig.kernel.isIdle(0)).isTrue();
    }
}
