package io.torosim.experiment.timeline;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceFile;
import io.torosim.core.trace.TraceFile.TraceNames;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.Load;
import io.torosim.sched.KernelConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One burst of requests to a Toro guest that is halted, and the 200 ms of polling after it: as a picture and as a trace for
 * {@code ui.perfetto.dev}. Run with a directory, it writes {@code burst-timeline.svg} and {@code burst-trace.json} there.
 */
final class BurstTimeline {
    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final Duration SHOWN = Duration.ofMillis(300);

    /**
     * What was drawn.
     *
     * @param svg the picture
     * @param chromeTrace the trace, JSON
     */
    public record Drawing(String svg, String chromeTrace) {}

    private BurstTimeline() {}

    /** Simulates and draws; a pure function. */
    public static Drawing draw() throws IOException {
        StringWriter json = new StringWriter();
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build())) {
            SvgTimeline svg = new SvgTimeline(2);
            machine.trace().addSink(svg);
            RequestPort clients = GuestKind.toro(KernelConfig.defaults()).start(GuestPlace.on(machine));
            machine.runUntil(SETTLED);
            TraceFile chrome = TraceFile.timeline(
                    machine.trace(),
                    json,
                    new TraceNames()
                            .states(Arrays.stream(VcpuState.values())
                                    .map(VcpuState::toString)
                                    .toList()));
            List<Duration> offsets = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                offsets.add(Duration.ofMillis(20 + 2 * i));
            }
            Load.recorded(offsets).begin(machine, clients);
            Duration end = SETTLED.plus(SHOWN);
            machine.runUntil(end);
            chrome.close();
            long fromPs = Picos.of(SETTLED);
            long firstPs = svg.firstInterruptPs(fromPs) - 20 * Picos.PER_MICRO;
            String picture = svg.draw(
                    List.of(
                            SvgTimeline.millis(
                                    "Toro 2018: twelve requests, then 200 ms of polling, then hlt",
                                    fromPs,
                                    Picos.of(end)),
                            SvgTimeline.micros(
                                    "The first of them: halted, woken, then polling between packets",
                                    firstPs,
                                    firstPs + 480 * Picos.PER_MICRO)),
                    Picos.of(end));
            return new Drawing(picture, json.toString());
        }
    }

    /** Writes both files into the directory named by the only argument. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        Drawing drawing = draw();
        Files.writeString(directory.resolve("burst-timeline.svg"), drawing.svg());
        Files.writeString(directory.resolve("burst-trace.json"), drawing.chromeTrace());
    }
}
