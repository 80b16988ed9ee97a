import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.*; // HttpLoadSpec, which older commits have in the package below
import io.torosim.guest.remote.*;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the cost of a run grows with vCPUs, threads, clients and simulated time: a table on standard output, a chart in the file that is named. */
public final class Growth {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TIMES = 7;
    private static final int REQUESTS = 4_000;

    private record Cost(double value, double events) {}

    /** One thing that is done for a size. */
    private interface Work {
        Cost of(int size);
    }

    private record Series(String what, String unit, int[] sizes, List<Cost> costs) {}

    private Growth() {}

    /** Measures all. */
    public static void main(String[] args) throws IOException {
        List<Series> all = List.of(
                grow("vCPUs, one busy thread, 100 ms", "ms", Growth::busy, 1, 4, 16, 64, 256),
                grow("suspended threads beside one worker, 100 ms", "ms", Growth::suspended, 1, 16, 128, 1024),
                grow("clients, repaired microservice", "us a request", Growth::clients, 1, 8, 64, 512),
                grow("simulated milliseconds, two threads in turn", "ms", Growth::time, 50, 200, 800, 3200));
        for (Series series : all) {
            System.out.println("| " + series.what + " | CPU, " + series.unit + " | events |");
            System.out.println("|---:|---:|---:|");
            for (int i = 0; i < series.sizes.length; i++) {
                Cost cost = series.costs.get(i);
                System.out.printf(Locale.ROOT, "| %d | %.3g | %.0f |%n", series.sizes[i], cost.value, cost.events);
            }
            System.out.println();
        }
        if (args.length > 0) {
            Files.writeString(Path.of(args[0]), chart(all));
        }
    }

    /** The quickest of some runs in this JVM, once the code is compiled. */
    private static Series grow(String what, String unit, Work work, int... sizes) {
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            for (int size : sizes) {
                work.of(size);
            }
        }
        for (int size : sizes) {
            Cost best = work.of(size);
            for (int i = 1; i < TIMES; i++) {
                Cost next = work.of(size);
                best = next.value < best.value ? next : best;
            }
            costs.add(best);
        }
        return new Series(what, unit, sizes, costs);
    }

    private static Cost run(int vcpus, int suspended, int workers, int millis) {
        long start = THREADS.getCurrentThreadCpuTime();
        try (Machine machine = Machine.create(
                MachineSpec.builder().vcpus(vcpus).ramMib(1024).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            for (int i = 0; i < suspended; i++) {
                kernel.spawn(0, "sleeper" + i, GuestProgram.loop(Step.suspend()));
            }
            for (int i = 0; i < workers; i++) {
                kernel.spawn(0, "worker" + i, GuestProgram.loop(Step.compute(Duration.ofNanos(10_000)), Step.yieldCpu()));
            }
            machine.runUntil(Duration.ofMillis(millis));
            double events = machine.simulation().firedCount();
            return new Cost((THREADS.getCurrentThreadCpuTime() - start) / 1e6, events);
        }
    }

    private static Cost busy(int vcpus) {
        return run(vcpus, 0, 1, 100);
    }

    private static Cost suspended(int threads) {
        return run(1, threads, 1, 100);
    }

    private static Cost time(int millis) {
        return run(1, 0, 2, millis);
    }

    private static Cost clients(int clients) {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .repaired()
                .withLoad(new HttpLoadSpec("/", REQUESTS, clients, 0, Duration.ofMillis(100), Duration.ofSeconds(30)));
        try (GuestSession session = GuestSession.open(spec, null)) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int tenths = 1; !session.load().orElseThrow().isOver(); tenths++) {
                session.runUntil(Duration.ofMillis(100L * tenths));
            }
            double requests = session.load().orElseThrow().answered();
            double us = (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / requests;
            return new Cost(us, session.machine().simulation().firedCount() / requests);
        }
    }

    // ---- the chart: a panel for each series, both axes logarithmic, so that what is linear rises at 45 degrees

    private static final int SIDE = 220;
    private static final int GAP = 50;

    private static String chart(List<Series> all) {
        StringBuilder svg = new StringBuilder();
        int width = all.size() * (SIDE + GAP) + GAP;
        svg.append(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"10\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                width, SIDE + 2 * GAP));
        for (int i = 0; i < all.size(); i++) {
            panel(svg, all.get(i), GAP + i * (SIDE + GAP));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder svg, Series series, int left) {
        int last = series.sizes.length - 1;
        double decades = Math.log10((double) series.sizes[last] / series.sizes[0]);
        double lowest = series.costs.stream().mapToDouble(Cost::value).min().orElse(1);
        double highest = series.costs.stream().mapToDouble(Cost::value).max().orElse(1);
        double high = Math.max(decades, Math.log10(highest / lowest));
        svg.append(String.format(
                Locale.ROOT,
                "<g transform=\"translate(%d %d)\"><rect width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#bbb\"/>"
                        + "<text y=\"-8\">%s</text><text y=\"%d\">CPU, %s; dashes: linear</text>%n",
                left, GAP, SIDE, SIDE, series.what, SIDE + 30, series.unit));
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%.1f\" stroke=\"#bbb\" stroke-dasharray=\"4\"/>%n",
                SIDE, SIDE, SIDE - SIDE * decades / high));
        StringBuilder points = new StringBuilder();
        for (int i = 0; i <= last; i++) {
            double x = SIDE * Math.log10((double) series.sizes[i] / series.sizes[0]) / decades;
            double y = SIDE - SIDE * Math.log10(series.costs.get(i).value / lowest) / high;
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#06c\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>"
                            + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%.3g</text>%n",
                    x, y, x, SIDE + 14, series.sizes[i], x, y - 6, i == last ? "end" : "start", series.costs.get(i).value));
        }
        svg.append("<polyline fill=\"none\" stroke=\"#06c\" points=\"").append(points).append("\"/></g>\n");
    }
}
