package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.GuestCpu;
import io.torosim.core.direct.DirectThread;
import io.torosim.core.direct.DirectThreads;
import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.direct.Resource;
import io.torosim.core.direct.Resource.Container;
import io.torosim.core.event.Simulation;
import io.torosim.core.event.Simulation.PeriodicSpin;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.EmpiricalDistribution;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceFile;
import io.torosim.core.trace.TraceFile.TraceNames;
import io.torosim.guest.device.LocalApics;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.device.PicPair;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model and a machine of a user's own, out of the parts that nothing of ours puts together. */
final class WorkshopTest {
    private static final int IDLE = 0;
    private static final int BUSY = 1;

    @TempDir
    Path directory;

    private final Simulation simulation = new Simulation();
    private final TraceBus trace = new TraceBus();
    private final List<Long> ends = new ArrayList<>();

    /** Takes the bench, then oil for its work, and works as long as somebody once measured. */
    private void work(DirectThread self, Resource bench, Container oil, long timePs) throws InterruptedException {
        bench.acquire(1);
        oil.take(2);
        trace.emit(simulation.nowPs(), 0, TraceKind.VCPU_STATE, BUSY, IDLE);
        self.sleep(timePs);
        trace.emit(simulation.nowPs(), 0, TraceKind.VCPU_STATE, IDLE, BUSY);
        ends.add(simulation.nowPs());
        bench.release(1);
    }

    private void runWorkshop() {
        SimRandom random = new RandomStreams(7).stream("work");
        EmpiricalDistribution measured = EmpiricalDistribution.ofWeights(new long[] {1_000, 3_000}, new long[] {1, 1});
        try (DirectThreads threads = new DirectThreads(simulation, ThreadKind.PLATFORM)) {
            Resource bench = new Resource(threads, 1);
            Container oil = new Container(threads, 10, 4);
            for (int i = 0; i < 3; i++) {
                long timePs = measured.draw(random);
                threads.start("worker " + i, 16, self -> work(self, bench, oil, timePs));
            }
            threads.start("supplier", 16, self -> {
                self.sleep(50_000);
                oil.put(2);
            });
            simulation.runToEnd();
            assertThat(oil.level()).isZero();
            assertThat(bench.available()).isEqualTo(1);
        }
    }

    @Test
    void workers_waitForTheBenchAndForOil_andAreTraced() throws IOException {
        StringWriter wave = new StringWriter();
        Path file = directory.resolve("workshop.txt");
        TraceNames names = new TraceNames().place(0, "bench").states(List.of("idle", "busy"));
        try (TraceFile text = TraceFile.begin(trace, file, names);
                TraceFile vcd = TraceFile.waves(trace, wave, 1, names)) {
            runWorkshop();
            assertThat(text).isNotSameAs(vcd);
        }
        assertThat(ends).hasSize(3).isSorted();
        assertThat(ends.get(1)).as("two had oil at once").isBetween(2_000L, 6_000L);
        assertThat(ends.get(2)).as("the third waited for the supplier").isIn(51_000L, 53_000L);
        assertThat(Files.readAllLines(file)).hasSize(6).first().asString().contains("bench VCPU_STATE busy(1)");
        assertThat(wave.toString()).contains("$enddefinitions", "#50000");
    }

    @Test
    void aPollOfAFlag_endsWithTheRoundAfterTheChange() {
        boolean[] flag = {false};
        List<String> heard = new ArrayList<>();
        PeriodicSpin spin = new PeriodicSpin(
                simulation, 100, 16, () -> flag[0], (op, rounds) -> heard.add(simulation.nowPs() + "/" + rounds), true);
        spin.start(100);
        simulation.at(1_000_050, (op, arg) -> flag[0] = true, 0, 0);
        simulation.runToEnd();
        assertThat(heard).hasSize(1).first().asString().startsWith("1000100/");
    }

    @Test
    void aMachineWithAScreenAndLocalApics() {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build())) {
            VgaText screen = new VgaText().plug(machine);
            LocalApics apics = new LocalApics().plug(machine, new PicPair().relocated(4));
            apics.initialisedByFirmware();
            GuestCpu cpu = new GuestCpu(machine.vcpu(0));
            cpu.store16(VgaText.BASE, 0x0748);
            assertThat(screen.row(0)).isEqualTo("H");
            assertThat(cpu.load32(LocalApics.BASE + 0x30)).as("version").isEqualTo(0x50014);
        }
    }
}
