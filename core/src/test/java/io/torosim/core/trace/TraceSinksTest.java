package io.torosim.core.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.core.trace.TraceRecorder.DivergenceFinder;
import io.torosim.core.trace.TraceRecorder.DivergenceFinder.FirstDivergence;
import io.torosim.core.trace.TraceRecorder.TraceEvent;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceSinksTest {
    private static final List<String> STATES = List.of("OFF", "BUSY", "HALTED");

    private static void scene(TraceSink sink) {
        sink.onTrace(0, 0, TraceKind.VCPU_STATE, 1, 0);
        sink.onTrace(1_500_250, -1, TraceKind.DEVICE_IRQ, 33, 0);
        sink.onTrace(1_500_250, 0, TraceKind.VCPU_STATE, 2, 0);
        sink.onTrace(2_000_000, 1, TraceKind.VCPU_STATE, 1, 0);
        sink.onTrace(3_000_001, 0, TraceKind.INTERRUPT, 33, -7);
    }

    @Test
    void text_isOneExactLineForEachEvent() {
        StringBuilder out = new StringBuilder();
        scene(new TextTrace(out));
        assertThat(out)
                .hasToString(
                        """
                        0.000 vcpu0 VCPU_STATE 1 0
                        1500.250 machine DEVICE_IRQ 33 0
                        1500.250 vcpu0 VCPU_STATE 2 0
                        2000.000 vcpu1 VCPU_STATE 1 0
                        3000.001 vcpu0 INTERRUPT 33 -7
                        """);
    }

    @Test
    void chrome_showsStatesAsBarsAndTheRestAsInstants() throws Exception {
        StringWriter out = new StringWriter();
        try (ChromeTrace trace = new ChromeTrace(out, STATES)) {
            scene(trace);
        }
        assertThat(out.toString())
                .startsWith("[\n{\"name\":\"thread_name\"")
                .contains("{\"name\":\"BUSY\",\"ph\":\"X\",\"pid\":0,\"tid\":1,\"ts\":0.000000,\"dur\":1.500250}")
                .contains("{\"name\":\"HALTED\",\"ph\":\"X\",\"pid\":0,\"tid\":1,\"ts\":1.500250,\"dur\":1.499751}")
                .contains("{\"name\":\"BUSY\",\"ph\":\"X\",\"pid\":0,\"tid\":2,\"ts\":2.000000,\"dur\":1.000001}")
                .contains("{\"name\":\"DEVICE_IRQ\",\"ph\":\"i\",\"pid\":0,\"tid\":0,\"ts\":1.500250,\"s\":\"t\","
                        + "\"args\":{\"a\":33,\"b\":0}}")
                .endsWith("\n]\n");
    }

    @Test
    void vcd_showsEveryChangeOfState() throws Exception {
        StringWriter out = new StringWriter();
        try (VcdTrace trace = new VcdTrace(out, 2, STATES)) {
            scene(trace);
        }
        assertThat(out.toString())
                .isEqualTo(
                        """
                        $timescale 1 ps $end
                        $scope module machine $end
                        $var wire 8 n0 vcpu0_state $end
                        $var string 1 s0 vcpu0_name $end
                        $var wire 8 n1 vcpu1_state $end
                        $var string 1 s1 vcpu1_name $end
                        $upscope $end
                        $enddefinitions $end
                        #0
                        b1 n0
                        sBUSY s0
                        #1500250
                        b10 n0
                        sHALTED s0
                        #2000000
                        b1 n1
                        sBUSY s1
                        #3000001
                        """);
        assertThatThrownBy(() -> new VcdTrace(new StringWriter(), 1, List.of("two words")))
                .hasMessageContaining("two words");
    }

    @Test
    void recorder_keepsAllOrTheLast() {
        TraceRecorder all = TraceRecorder.keepAll();
        TraceRecorder last = TraceRecorder.keepLast(100);
        for (int i = 0; i < 1000; i++) {
            all.onTrace(i, i % 4 - 1, TraceKind.USER, -i, i * 3L);
            last.onTrace(i, i % 4 - 1, TraceKind.USER, -i, i * 3L);
        }
        assertThat(all.events()).hasSize(1000);
        assertThat(all.event(777)).isEqualTo(new TraceEvent(777, 0, TraceKind.USER, -777, 2331));
        assertThat(last.events()).isEqualTo(all.events().subList(900, 1000));
        assertThatThrownBy(() -> last.event(899)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> all.event(1000)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void bus_hasTheSameDigestWithAndWithoutListeners() {
        TraceBus alone = new TraceBus();
        TraceBus watched = new TraceBus();
        watched.addSink(TraceRecorder.keepAll());
        watched.addSink(new TextTrace(new StringBuilder()));
        scene(alone::emit);
        scene(watched::emit);
        assertThat(watched.digest().hex()).isEqualTo(alone.digest().hex());
        watched.emit(4_000_000, 0, TraceKind.USER, 0, 0);
        assertThat(watched.digest().hex()).isNotEqualTo(alone.digest().hex());
    }

    @Test
    void firstDivergence_namesEventAndContext() {
        TraceRecorder one = TraceRecorder.keepAll();
        TraceRecorder other = TraceRecorder.keepAll();
        DivergenceFinder live = new DivergenceFinder(one);
        for (int i = 0; i < 20; i++) {
            one.onTrace(i, 0, TraceKind.USER, i, 0);
        }
        for (int i = 0; i < 20; i++) {
            other.onTrace(i, 0, TraceKind.USER, i == 12 ? -1 : i, 0);
            live.onTrace(i, 0, TraceKind.USER, i == 12 ? -1 : i, 0);
        }
        FirstDivergence found =
                FirstDivergence.between(one.events(), other.events()).orElseThrow();
        assertThat(found.number()).isEqualTo(12);
        assertThat(found.before()).hasSize(5).endsWith(one.event(11));
        assertThat(live.found()).contains(found);
        assertThat(found.toString())
                .contains("from trace event 12")
                .contains("expected: 12 ps  vcpu0  USER  a=12 b=0")
                .contains("actual:   12 ps  vcpu0  USER  a=-1 b=0");
        assertThat(FirstDivergence.between(one.events(), one.events())).isEmpty();
    }

    @Test
    void runThatEndsEarly_diverges() {
        TraceRecorder one = TraceRecorder.keepAll();
        scene(one);
        DivergenceFinder live = new DivergenceFinder(one);
        live.onTrace(0, 0, TraceKind.VCPU_STATE, 1, 0);
        assertThat(live.found()).isEmpty();
        assertThat(live.atEnd().orElseThrow().actual()).isEmpty();
        assertThat(FirstDivergence.between(one.events(), one.events().subList(0, 2))
                        .orElseThrow()
                        .number())
                .isEqualTo(2);
    }
}
