package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.spec.LinuxConfig.TickMode;
import org.junit.jupiter.api.Test;

final class LinuxHttpGuestTest {
    @Test
    void everyRequestOfABurst_isAnswered() {
        for (int workers = 1; workers <= 5; workers++) {
            LinuxWire guest = new LinuxWire(LinuxConfig.defaults().withWorkers(workers), 2);
            HttpLoad load = guest.load(500, 2);
            guest.run(1000);
            assertThat(load.answered()).as("%d workers", workers).isEqualTo(500);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void idleGuest_sleepsButForTimersAndBackgroundServices() {
        VcpuUsage cpu0 =
                new LinuxWire(LinuxConfig.defaults(), 2).run(60_000).usage().get(0);
        // 20 wake-ups a second and CPU of about 50 us: a thousandth
        assertThat(cpu0.busyFraction()).isBetween(0.0005, 0.003);
    }

    @Test
    void manyClients_fillOneVcpu_notTwo() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults(), 2).loaded(8);
        long before = guest.run(100).usage().get(0).busyPs();
        long after = guest.run(900).usage().get(0).busyPs();
        assertThat(after - before).isBetween(799 * Picos.PER_MILLI, 800 * Picos.PER_MILLI);
    }

    @Test
    void twoWorkersOnTwoCpus_areWokenByIpi_andAnswerMore() {
        LinuxWire one = new LinuxWire(LinuxConfig.defaults(), 2).loaded(16);
        LinuxWire two = new LinuxWire(LinuxConfig.defaults().withWorkers(2), 2).loaded(16);
        one.run(1000);
        RunResult result = two.run(1000);
        assertThat(two.load.answered()).isGreaterThan(one.load.answered() * 14 / 10);
        assertThat(result.usage().get(0).exitsByCause().get(ExitCause.ICR_WRITE))
                .isEqualTo(result.usage().get(0).ipisSent())
                .isPositive();
        assertThat(result.usage().get(1).busyFraction()).isGreaterThan(0.3);
    }

    @Test
    void twoWorkersOnOneCpu_shareIt() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults().withWorkers(2), 1).loaded(16);
        RunResult result = guest.run(2000);
        assertThat(result.usage().get(0).busyFraction()).isGreaterThan(0.99);
        // two tasks that always have work: turns of 3 ms, rounded up to ticks; ksoftirqd may come between
        assertThat(result.usage().get(0).contextSwitches()).isBetween(100L, 2L * 1100);
    }

    @Test
    void idleCpu_hasNoTick_butInPeriodicMode() {
        LinuxWire idle = new LinuxWire(LinuxConfig.defaults(), 1);
        idle.run(1000);
        assertThat(idle.linux.ticks(0)).isLessThan(60); // but for background services of up to 400 ms
        LinuxWire periodic = new LinuxWire(LinuxConfig.defaults().withTick(TickMode.PERIODIC), 1);
        RunResult result = periodic.run(1000);
        assertThat(periodic.linux.ticks(0)).isBetween(249L, 250L);
        assertThat(result.usage().get(0).exitsByCause().get(ExitCause.TSC_DEADLINE))
                .isGreaterThanOrEqualTo(249);
    }

    @Test
    void busyCpu_hasItsTick() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults(), 1).loaded(16);
        guest.run(1000);
        assertThat(guest.linux.ticks(0)).isBetween(245L, 250L);
    }

    @Test
    void nohzFull_hasATickOnlyWhereThereIsAChoice() {
        LinuxWire alone = new LinuxWire(LinuxConfig.defaults().withTick(TickMode.NOHZ_FULL), 2).loaded(16);
        alone.run(1000);
        assertThat(alone.linux.ticks(0)).isLessThan(5);
        LinuxWire shared =
                new LinuxWire(LinuxConfig.defaults().withWorkers(2).withTick(TickMode.NOHZ_FULL), 1).loaded(16);
        shared.run(1000);
        assertThat(shared.linux.ticks(0)).isGreaterThan(100);
    }

    @Test
    void aFloodOfFrames_isHandedOverToKsoftirqd() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults(), 2).loaded(400);
        guest.run(1000);
        assertThat(guest.linux.softInterruptHandOvers(0)).isPositive();
        assertThat(guest.load.answered()).isGreaterThan(1000);
    }

    @Test
    void fewClients_needNoKsoftirqd() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults(), 2).loaded(2);
        guest.run(1000);
        assertThat(guest.linux.softInterruptHandOvers(0)).isZero();
    }

    @Test
    void everyExit_hasACause() {
        for (VcpuUsage usage : new LinuxWire(LinuxConfig.defaults().withWorkers(2), 2)
                .loaded(4)
                .run(500)
                .usage()) {
            assertThat(usage.exitsByCause().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(usage.exits());
            assertThat(usage.exitsByCause().get(ExitCause.HLT)).isEqualTo(usage.halts());
        }
    }

    @Test
    void sameSeed_givesTheSameRun() {
        LinuxConfig config = LinuxConfig.defaults().withWorkers(3);
        assertThat(new LinuxWire(config, 2).loaded(8).run(300))
                .isEqualTo(new LinuxWire(config, 2).loaded(8).run(300));
    }

    @Test
    void config_needsAWorker_andNotTooMany() {
        for (int workers : new int[] {0, 4097, 1_000_000_000}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LinuxConfig.defaults().withWorkers(workers))
                    .withMessage("workers must be in [1, 4096], workers=" + workers);
        }
    }
}
