package io.torosim.experiment.cpu;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import io.torosim.experiment.load.Arrivals;
import java.time.Duration;

/**
 * What the CPU usage experiment is to simulate.
 *
 * @param vcpus cores of each guest, in [1, 8]
 * @param ramMibPerVcpu memory per core in MiB, in [16, 65536]
 * @param tscHz clock rate of the host, in [10^8, 10^10]
 * @param believedMhz what Toro takes that rate for, in [0, 65535] MHz; 0: calibrated right. 2393 where calibration failed
 * @param vcpuMode {@code kvm}, {@code tcg-single} or {@code tcg-multi}
 * @param topMode {@code irix} (100 % = one CPU) or {@code solaris} (100 % = all CPUs of the host)
 * @param hostCpus CPUs of the host, for the Solaris mode, in [1, 256]
 * @param topDelay time between samples of {@code top}, positive
 * @param netBackend {@code vhost} (packet work in a kernel thread) or {@code user} (in the QEMU process)
 * @param haltPolling whether the host polls before it blocks a halted vCPU
 * @param duration simulated time of each case, positive
 * @param concurrency clients at a time in the plain cases, at least 1
 * @param heavyConcurrency clients at a time in the "more messages" cases, at least 1
 * @param arrivals how requests come
 * @param costs cost model
 */
public record CpuUsageSpec(
        int vcpus,
        int ramMibPerVcpu,
        long tscHz,
        int believedMhz,
        String vcpuMode,
        String topMode,
        int hostCpus,
        Duration topDelay,
        String netBackend,
        boolean haltPolling,
        Duration duration,
        int concurrency,
        int heavyConcurrency,
        Arrivals arrivals,
        CostModel costs) {

    /** Returns what is simulated where nothing else is said: two cores at the cost model's clock, 3 minutes. */
    public static CpuUsageSpec defaults() {
        CostModel costs = CostModel.standard();
        return new CpuUsageSpec(
                2,
                256,
                costs.count("machine.tsc_hz"),
                0,
                "kvm",
                "irix",
                2,
                Duration.ofSeconds(3),
                "vhost",
                false,
                Duration.ofMinutes(3),
                1,
                8,
                new Arrivals.ClosedLoop(Duration.ofSeconds(60), Duration.ofSeconds(30), 0),
                costs);
    }

    /** Returns this with another load, seen for {@code time} by a {@code top} that waits {@code delay}. */
    CpuUsageSpec withLoad(Arrivals load, Duration time, Duration delay) {
        return new CpuUsageSpec(
                vcpus,
                ramMibPerVcpu,
                tscHz,
                believedMhz,
                vcpuMode,
                topMode,
                hostCpus,
                delay,
                netBackend,
                haltPolling,
                time,
                concurrency,
                heavyConcurrency,
                load,
                costs);
    }

    /** Returns this with other costs. */
    CpuUsageSpec withCosts(CostModel other) {
        return new CpuUsageSpec(
                vcpus,
                ramMibPerVcpu,
                tscHz,
                believedMhz,
                vcpuMode,
                topMode,
                hostCpus,
                topDelay,
                netBackend,
                haltPolling,
                duration,
                concurrency,
                heavyConcurrency,
                arrivals,
                other);
    }

    /** Returns this with other machines: cores of the guest and how the host moves packets. */
    CpuUsageSpec withMachine(int cores, String backend) {
        return new CpuUsageSpec(
                cores,
                ramMibPerVcpu,
                tscHz,
                believedMhz,
                vcpuMode,
                topMode,
                hostCpus,
                topDelay,
                backend,
                haltPolling,
                duration,
                concurrency,
                heavyConcurrency,
                arrivals,
                costs);
    }

    /** Returns this with another clock, which Toro takes for {@code mhz}; 0: for what it is. */
    CpuUsageSpec withClock(long hz, int mhz) {
        return new CpuUsageSpec(
                vcpus,
                ramMibPerVcpu,
                hz,
                mhz,
                vcpuMode,
                topMode,
                hostCpus,
                topDelay,
                netBackend,
                haltPolling,
                duration,
                concurrency,
                heavyConcurrency,
                arrivals,
                costs);
    }

    /** Returns how long Toro's poll window really is, in milliseconds: it is counted in cycles. */
    double pollWindowMillis() {
        double nominal = costs.ps("toro.poll_window") / (double) Picos.PER_MILLI;
        return believedMhz == 0 ? nominal : nominal * believedMhz * 1e6 / tscHz;
    }
}
