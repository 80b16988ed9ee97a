package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the load, the wire, the CPUs and the workers: every request is answered, exactly once, byte for byte. */
final class LinuxWirePropertiesTest {
    private static final int REQUESTS = 60;

    private record Run(RunResult result, List<String> answers, int connections, long repeats, String trouble) {}

    private static MachineSpec.Builder machine(long seed, int vcpus) {
        return MachineSpec.builder().vcpus(vcpus).seed(seed);
    }

    /** Requests for pages of their own at moments of their own; then a minute and a half of quiet. */
    private static Run run(
            MachineSpec spec, LinkSpec link, NetBackend backend, int workers, long seed, int spreadMillis) {
        LinuxConfig config = LinuxConfig.defaults().withServices(false).withWorkers(workers);
        LinuxWire wire = new LinuxWire(spec, link, backend, config);
        SplittableRandom random = new SplittableRandom(seed);
        List<LinuxWire.Asked> asked = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String path = "/" + i + "x".repeat(random.nextInt(i % 4 == 0 ? 1200 : 20));
            String body = "<html><body><h1>Not Found</h1><p>The requested URL " + path
                    + " was not found on this server.</p></body></html>\n";
            expected.add("HTTP/1.0 404 Not Found\r\nServer: Apache\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n" + body + " closed 1 ");
            long atPs = random.nextInt(spreadMillis + 1) * Picos.PER_MILLI + random.nextInt(1000) * Picos.PER_MICRO;
            wire.machine
                    .simulation()
                    .at(atPs, 0, (op, arg) -> asked.add(wire.ask("GET " + path + " HTTP/1.0\r\n\r\n")), 0, 0);
        }
        RunResult result = wire.machine.runUntil(Duration.ofSeconds(150));
        List<String> answers = new ArrayList<>();
        for (LinuxWire.Asked one : asked) {
            answers.add(one.answer() + " closed " + one.closed + " " + one.failure);
        }
        List<String> missing = new ArrayList<>(expected);
        String trouble = "";
        for (String answer : answers) {
            if (!missing.remove(answer)) {
                trouble = "not expected: " + answer;
            }
        }
        return new Run(
                result,
                answers,
                wire.linux.connections(),
                wire.linux.repeatedSegments(),
                trouble.isEmpty() && !missing.isEmpty() ? "missing: " + missing.get(0) : trouble);
    }

    @Property(tries = 40)
    void everyRequest_isAnsweredExactlyOnce_byteForByte(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int vcpus,
            @ForAll @IntRange(min = 1, max = 5) int workers,
            @ForAll @IntRange(min = 0, max = 200) int spreadMillis,
            @ForAll boolean vhost) {
        NetBackend backend = vhost ? NetBackend.VHOST : NetBackend.USER;
        Run run = run(machine(seed, vcpus).build(), LinkSpec.perfect(), backend, workers, seed, spreadMillis);
        assertThat(run.trouble).isEmpty();
        assertThat(run.connections).isZero();
        assertThat(run.repeats).as("nothing is sent twice over a perfect wire").isZero();
    }

    @Property(tries = 25)
    void overABadWire_too(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int vcpus,
            @ForAll @IntRange(min = 1, max = 3) int workers,
            @ForAll @IntRange(min = 0, max = 60_000) int loss,
            @ForAll @IntRange(min = 0, max = 100_000) int duplicates,
            @ForAll @IntRange(min = 0, max = 100_000) int reordered) {
        LinkSpec link = LinkSpec.perfect()
                .withDelay(Duration.ofNanos(200_000), Duration.ofNanos(100_000))
                .withLoss(loss)
                .withDuplicates(duplicates)
                .withReordering(reordered, Duration.ofMillis(3));
        Run run = run(machine(seed, vcpus).build(), link, NetBackend.VHOST, workers, seed, 100);
        assertThat(run.trouble).isEmpty();
        assertThat(run.connections).isZero();
    }

    @Property(tries = 12)
    void onAnUnquietHost_too_andTheSameTwice(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int vcpus) {
        MachineSpec spec =
                machine(seed, vcpus).perturbation(Math.max(1, seed >>> 1)).build();
        Run run = run(spec, LinkSpec.perfect(), NetBackend.VHOST, 2, seed, 20);
        assertThat(run.trouble).isEmpty();
        assertThat(run(spec, LinkSpec.perfect(), NetBackend.VHOST, 2, seed, 20)).isEqualTo(run);
    }

    @Property(tries = 10)
    void exactStepping_changesNothing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int vcpus,
            @ForAll @IntRange(min = 1, max = 3) int workers) {
        LinkSpec link = LinkSpec.perfect().withLoss(20_000);
        Run fast = run(machine(seed, vcpus).build(), link, NetBackend.VHOST, workers, seed, 30);
        Run exact = run(
                machine(seed, vcpus).exactStepping(true).fastForward(false).build(),
                link,
                NetBackend.VHOST,
                workers,
                seed,
                30);
        assertThat(exact).isEqualTo(fast);
    }

    /**
     * More at once than the card has buffers: frames wait on the host, as on a tap device; past a thousand they are lost there,
     * and clients send again. The guest measures round trips in the flood, and does not.
     */
    @Example
    void aFloodOfClients_isServed() {
        for (int clients : new int[] {400, 2000}) {
            LinuxWire wire =
                    new LinuxWire(LinuxConfig.defaults().withServices(false).withWorkers(2), 2);
            List<LinuxWire.Asked> asked = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                asked.add(wire.ask("GET / HTTP/1.0\r\n\r\n"));
            }
            wire.run(100_000);
            assertThat(asked).allMatch(one -> one.closed == 1 && one.answer().endsWith("works!</h1></body></html>\n"));
            assertThat(wire.linux.connections()).isZero();
            assertThat(wire.linux.repeatedSegments()).isZero();
        }
    }
}
