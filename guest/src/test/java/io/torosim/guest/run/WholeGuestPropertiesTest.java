package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.power.HostCpus.HostClock;
import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSpec;
import io.torosim.sched.IdlePolicy;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Fast-forward changes nothing in a whole guest either, under load and on a host that changes clocks and sleep states. */
final class WholeGuestPropertiesTest {
    private static final List<IdlePolicy> POLICIES = List.of(
            IdlePolicy.busyPoll(),
            IdlePolicy.haltWithoutHint(),
            IdlePolicy.pollThenHalt(),
            IdlePolicy.lastIrq2020(),
            IdlePolicy.haltAtOnce());

    private long answered;

    private RunResult run(
            long seed,
            int policy,
            int clients,
            Governor governor,
            HostSleep.Choice sleep,
            boolean repaired,
            int perturb,
            boolean fast) {
        return run(seed, policy, clients, governor, sleep, repaired, perturb, fast, !fast);
    }

    private RunResult run(
            long seed,
            int policy,
            int clients,
            Governor governor,
            HostSleep.Choice sleep,
            boolean repaired,
            int perturb,
            boolean fast,
            boolean exact) {
        MachineSpec.Builder builder = MachineSpec.builder()
                .vcpus(2)
                .ramMib(64)
                .seed(seed)
                .fastForward(fast)
                .exactStepping(exact);
        MachineSpec spec =
                perturb == 0 ? builder.build() : builder.perturbation(perturb).build();
        GuestSpec guest = GuestSpec.of("ToroHelloWorldMicroservice");
        guest = (repaired ? guest.repaired() : guest);
        guest = guest.withKernel(guest.kernel().withIdlePolicy(POLICIES.get(policy)));
        try (WebGuest on = new WebGuest(spec, guest)) {
            HostClock.install(on.machine, governor);
            HostSleep.install(on.machine, sleep);
            new ClosedLoopLoad(on.machine, on.clients, 20 * Picos.PER_MILLI, 10 * Picos.PER_MILLI, 0, clients);
            RunResult result = on.run(110); // it is up after some 70 ms
            answered = on.clients.doneCount();
            return result;
        }
    }

    @Property(tries = 10)
    void fastForward_changesNeitherDigestNorCounters(
            @ForAll long seed,
            @ForAll @IntRange(max = 4) int policy,
            @ForAll @IntRange(min = 1, max = 12) int clients,
            @ForAll Governor governor,
            @ForAll HostSleep.Choice sleep,
            @ForAll boolean repaired,
            @ForAll @IntRange(max = 3) int perturb) {
        RunResult fast = run(seed, policy, clients, governor, sleep, repaired, perturb, true);
        RunResult slow = run(seed, policy, clients, governor, sleep, repaired, perturb, false);
        assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
        assertThat(fast.usage()).isEqualTo(slow.usage());
    }

    /**
     * Not all of those runs answer and skip anything; these do. What looks ahead, with no rounds passed over, stands for exactly as many events as are
     * stepped: fast-forward alone counts fewer, since rounds that are passed over are not counted at all.
     */
    @Example
    void theRunsAreLongEnough_andEachStepCountsAsAnEvent() {
        HostSleep.Choice sleep = HostSleep.Choice.values()[0];
        for (int policy = 0; policy < POLICIES.size(); policy++) {
            for (int perturb = 0; perturb < (policy == 2 ? 2 : 1); perturb++) {
                RunResult fast = run(1, policy, 12, Governor.PERFORMANCE, sleep, true, perturb, true);
                long some = answered;
                RunResult slow = run(1, policy, 12, Governor.PERFORMANCE, sleep, true, perturb, false);
                assertThat(some).as(POLICIES.get(policy).name()).isPositive().isEqualTo(answered);
                assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
                assertThat(fast.firedEvents()).isLessThanOrEqualTo(slow.firedEvents());
                RunResult ahead = run(1, policy, 12, Governor.PERFORMANCE, sleep, true, perturb, false, false);
                assertThat(ahead).as(POLICIES.get(policy).name()).isEqualTo(slow);
            }
        }
    }
}
