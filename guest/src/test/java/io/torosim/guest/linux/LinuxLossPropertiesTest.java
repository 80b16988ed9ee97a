package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Over a wire that loses up to 30 % and delays by up to a minute: a request is answered, byte for byte, or its connection has been given up by a
 * rule of one of the two sides; nothing is left.
 */
final class LinuxLossPropertiesTest {
    private static final int REQUESTS = 25;
    private static final Duration LONG_AFTER = Duration.ofSeconds(900);

    private static LinuxWire wire(MachineSpec spec, LinkSpec link) {
        return new LinuxWire(
                spec, link, NetBackend.VHOST, LinuxConfig.defaults().withServices(false));
    }

    private static LinkSpec link(int delayMillis, int jitterMillis, int loss, int duplicates, int reordered) {
        return LinkSpec.perfect()
                .withDelay(Duration.ofMillis(delayMillis), Duration.ofMillis(jitterMillis))
                .withLoss(loss)
                .withDuplicates(duplicates)
                .withReordering(reordered, Duration.ofMillis(1 + delayMillis / 2));
    }

    /** What came of requests, each for a page of its own, and long after them. */
    private record Ended(RunResult result, List<String> wrong, long unanswered, long clientGaveUp, LinuxWire wire) {
        static Ended of(MachineSpec spec, LinkSpec link, long seed) {
            LinuxWire wire = LinuxLossPropertiesTest.wire(spec, link);
            SplittableRandom random = new SplittableRandom(seed);
            List<LinuxWire.Asked> asked = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                String path = "/" + i + "<".repeat(i % 3 == 0 ? random.nextInt(1300) : 0); // up to 10 segments
                expected.add(answerTo(path));
                long atPs = random.nextInt(500) * Picos.PER_MILLI;
                int number = i;
                asked.add(new LinuxWire.Asked("GET " + path + " HTTP/1.0\r\n\r\n"));
                wire.machine.simulation().at(atPs, 0, (op, arg) -> wire.connect(asked.get(number)), 0, 0);
            }
            RunResult result = wire.machine.runUntil(LONG_AFTER);
            List<String> wrong = new ArrayList<>();
            long unanswered = 0;
            long gaveUp = 0;
            for (int i = 0; i < REQUESTS; i++) {
                LinuxWire.Asked one = asked.get(i);
                boolean whole = one.closed == 1;
                boolean right = whole
                        ? one.answer().equals(expected.get(i))
                        : expected.get(i).startsWith(one.answer());
                if (!right || one.closed > 1) {
                    wrong.add(one.answer() + ", closed " + one.closed + " times");
                }
                unanswered += whole ? 0 : 1;
                gaveUp += whole || one.failure.isEmpty() ? 0 : 1;
            }
            return new Ended(result, wrong, unanswered, gaveUp, wire);
        }

        private static String answerTo(String path) {
            String body = "<html><body><h1>Not Found</h1><p>The requested URL " + path.replace("<", "&lt;")
                    + " was not found on this server.</p></body></html>\n";
            return "HTTP/1.0 404 Not Found\r\nServer: Apache\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n" + body;
        }
    }

    @Property(tries = 60)
    void aRequest_isAnsweredByteForByte_orItsConnectionIsGivenUpByRule(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2) int vcpus,
            @ForAll @IntRange(min = 0, max = 60_000) int delayMillis,
            @ForAll @IntRange(min = 0, max = 400) int jitterMillis,
            @ForAll @IntRange(min = 0, max = 299_999) int loss,
            @ForAll @IntRange(min = 0, max = 200_000) int duplicates,
            @ForAll @IntRange(min = 0, max = 200_000) int reordered) {
        MachineSpec spec = MachineSpec.builder().vcpus(vcpus).seed(seed).build();
        Ended ended = Ended.of(spec, link(delayMillis, jitterMillis, loss, duplicates, reordered), seed);
        assertThat(ended.wrong()).isEmpty();
        assertThat(ended.wire().linux.connections()).isZero();
        assertThat(ended.unanswered() - ended.clientGaveUp())
                .as("unanswered, and not given up by the client")
                .isBetween(0L, ended.wire().linux.connectionsGivenUp());
    }

    @Property(tries = 30)
    void overAWireOfUsualDelays_losingUpToATwentieth_everyRequestIsAnswered(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 150) int delayMillis,
            @ForAll @IntRange(min = 0, max = 50_000) int loss) {
        MachineSpec spec = MachineSpec.builder().vcpus(1).seed(seed).build();
        Ended ended = Ended.of(spec, link(delayMillis, 1, loss, 0, 0), seed);
        assertThat(ended.wrong()).isEmpty();
        assertThat(ended.unanswered()).isZero();
        assertThat(ended.wire().linux.connections()).isZero();
    }

    private static List<Object> under(MachineSpec spec, LinkSpec link, long savedAfter) {
        LinuxWire wire = wire(spec, link);
        HttpLoad load = wire.load(new HttpLoadSpec("/", 40, 4, 0, Duration.ZERO, Duration.ofSeconds(20)));
        Duration now = Duration.ZERO;
        while (wire.linux.repeatedSegments() < savedAfter && now.toSeconds() < 100) {
            now = now.plusMillis(7);
            wire.machine.runUntil(now);
        }
        if (savedAfter > 0) {
            SavedState state = wire.machine.save(load);
            wire.machine.runUntil(now.plusSeconds(3));
            wire.machine.restore(state);
        }
        RunResult result = wire.machine.runUntil(Duration.ofSeconds(120));
        Map<String, Long> failures = load.failures();
        return List.of(
                result.traceDigest(),
                result.usage(),
                load.answered(),
                failures,
                wire.linux.repeatedSegments(),
                wire.linux.connectionsGivenUp(),
                wire.linux.connections());
    }

    @Property(tries = 12)
    void theSameSeed_isTheSameRun_fastForwardOrNot_andPutBackInTheMiddleOfARetransmission(
            @ForAll @LongRange(min = 1, max = 1L << 40) long seed,
            @ForAll @IntRange(min = 1, max = 2) int vcpus,
            @ForAll @IntRange(min = 0, max = 300) int delayMillis,
            @ForAll @IntRange(min = 50_000, max = 250_000) int loss,
            @ForAll @IntRange(min = 1, max = 12) int savedAfter) {
        LinkSpec link = link(delayMillis, 2, loss, 20_000, 50_000);
        MachineSpec spec = MachineSpec.builder().vcpus(vcpus).seed(seed).build();
        List<Object> run = under(spec, link, 0);
        assertThat(under(spec, link, 0)).isEqualTo(run);
        assertThat(under(spec, link, savedAfter)).isEqualTo(run);
        MachineSpec exact = MachineSpec.builder()
                .vcpus(vcpus)
                .seed(seed)
                .exactStepping(true)
                .fastForward(false)
                .build();
        assertThat(under(exact, link, 0)).isEqualTo(run);
    }
}
