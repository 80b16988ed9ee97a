package io.torosim.bench.timeline;

import io.torosim.core.machine.VcpuState;
import io.torosim.core.trace.TraceKind;
import io.torosim.core.trace.TraceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws what each vCPU did with its time as bars, one row to a vCPU, and packets as ticks above them. */
final class SvgTimeline implements TraceSink {
    private static final int LEFT = 70;
    private static final int WIDTH = 900;
    private static final int ROW = 46;
    private static final VcpuState[] STATES = VcpuState.values();

    private record Bar(int vcpu, VcpuState state, long fromPs, long toPs) {}

    private final VcpuState[] states;
    private final long[] sincePs;
    private final List<Bar> bars = new ArrayList<>();
    private final List<Long> packets = new ArrayList<>();

    SvgTimeline(int vcpus) {
        states = new VcpuState[vcpus];
        sincePs = new long[vcpus];
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (kind == TraceKind.PACKET_IN || kind == TraceKind.DEVICE_IRQ) {
            packets.add(timePs);
        } else if (kind == TraceKind.VCPU_STATE) {
            end(vcpu, timePs);
            states[vcpu] = STATES[(int) a];
            sincePs[vcpu] = timePs;
        }
    }

    private void end(int vcpu, long timePs) {
        if (states[vcpu] != null && timePs > sincePs[vcpu]) {
            bars.add(new Bar(vcpu, states[vcpu], sincePs[vcpu], timePs));
        }
    }

    /** Returns the picture of the time from {@code fromPs} to {@code toPs}, the time of the last event at least. */
    String draw(String title, long fromPs, long toPs) {
        for (int v = 0; v < states.length; v++) {
            end(v, toPs);
        }
        int height = 70 + ROW * states.length + 40;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                        + "<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>%n",
                LEFT + WIDTH + 30,
                height,
                LEFT,
                title));
        for (int v = 0; v < states.length; v++) {
            svg.append(String.format(Locale.ROOT, "<text x=\"10\" y=\"%d\">vCPU %d</text>%n", 78 + ROW * v, v));
        }
        // one bar to a pixel column and state is enough for the eye
        String last = "";
        for (Bar bar : bars) {
            double x = LEFT + x(Math.max(bar.fromPs(), fromPs), fromPs, toPs);
            double end = LEFT + x(Math.min(bar.toPs(), toPs), fromPs, toPs);
            if (end <= x) {
                continue;
            }
            String rect = String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"30\" fill=\"%s\"/>%n",
                    x,
                    58 + ROW * bar.vcpu(),
                    Math.max(0.1, end - x),
                    colour(bar.state()));
            if (!rect.equals(last)) {
                svg.append(rect);
            }
            last = rect;
        }
        String lastTick = "";
        for (long packet : packets) {
            if (packet >= fromPs && packet <= toPs) {
                String tick = String.format(
                        Locale.ROOT,
                        "<path d=\"M%.1f 44v10\" stroke=\"black\" stroke-width=\"0.5\"/>%n",
                        LEFT + x(packet, fromPs, toPs));
                if (!tick.equals(lastTick)) {
                    svg.append(tick);
                }
                lastTick = tick;
            }
        }
        for (int i = 0; i <= 6; i++) {
            long at = fromPs + (toPs - fromPs) / 6 * i;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d ms</text>%n",
                    LEFT + x(at, fromPs, toPs),
                    height - 36,
                    Math.round((at - fromPs) / 1e9)));
        }
        int x = LEFT;
        for (VcpuState state : List.of(VcpuState.BUSY, VcpuState.POLL, VcpuState.HALTED)) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>%n",
                    x,
                    height - 22,
                    colour(state),
                    x + 17,
                    height - 12,
                    state.toString().toLowerCase(Locale.ROOT)));
            x += 100;
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\">ticks above: interrupts of the network card</text>%n",
                x,
                height - 12));
        return svg.append("</svg>\n").toString();
    }

    private static double x(long timePs, long fromPs, long toPs) {
        return (double) WIDTH * (timePs - fromPs) / (toPs - fromPs);
    }

    private static String colour(VcpuState state) {
        return switch (state) {
            case BUSY -> "#d1495b";
            case POLL -> "#edae49";
            case HALT_POLL -> "#c9b458";
            case HALTED, MWAIT -> "#66a182";
            case WAITING -> "#8d96a3";
            case OFF -> "#eeeeee";
        };
    }
}
