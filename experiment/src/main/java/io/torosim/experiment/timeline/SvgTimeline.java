package io.torosim.experiment.timeline;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws what each vCPU did with its time as bars, one row to a vCPU, and interrupts of devices as ticks above them, in panels of
 * different stretches of time. Light or dark, as the reader has it.
 */
final class SvgTimeline implements TraceSink {
    private static final int LEFT = 70;
    private static final int WIDTH = 900;
    private static final int ROW = 34;
    private static final int BAR = 24;
    private static final double THINNEST = 0.4;
    private static final VcpuState[] STATES = VcpuState.values();
    private static final List<VcpuState> LEGEND = List.of(VcpuState.BUSY, VcpuState.POLL, VcpuState.HALTED);
    private static final String STYLE =
            """
            text { fill: #1f2328; }
            .back { fill: #ffffff; }
            .tick, .axis { stroke: #1f2328; }
            .busy { fill: #c8364c; }
            .poll { fill: #e0a030; }
            .halt_poll { fill: #b9a23c; }
            .halted, .mwait { fill: #7fb59a; }
            .waiting { fill: #8d96a3; }
            .off { fill: #dddddd; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; }
              .back { fill: #0d1117; }
              .tick, .axis { stroke: #e6edf3; }
              .busy { fill: #ff6b7d; }
              .poll { fill: #d9a441; }
              .halt_poll { fill: #a8954a; }
              .halted, .mwait { fill: #2f6b55; }
              .off { fill: #30363d; }
            }
            """;

    /**
     * A stretch of time to draw.
     *
     * @param title what it shows
     * @param fromPs its beginning
     * @param toPs its end, not beyond the last event by more than the state that lasts
     * @param unitPs unit of its axis, in picoseconds
     * @param unit name of that unit
     */
    record Panel(String title, long fromPs, long toPs, long unitPs, String unit) {}

    private record Bar(int vcpu, VcpuState state, long fromPs, long toPs) {}

    private final VcpuState[] states;
    private final long[] sincePs;
    private final List<Bar> bars = new ArrayList<>();
    private final List<Long> interrupts = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    SvgTimeline(int vcpus) {
        states = new VcpuState[vcpus];
        sincePs = new long[vcpus];
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (kind == TraceKind.DEVICE_IRQ) {
            interrupts.add(timePs);
        } else if (kind == TraceKind.VCPU_STATE) {
            end(vcpu, timePs);
            states[vcpu] = STATES[(int) a];
            sincePs[vcpu] = timePs;
        }
    }

    private void end(int vcpu, long timePs) {
        if (states[vcpu] != null && timePs > sincePs[vcpu]) {
            bars.add(new Bar(vcpu, states[vcpu], sincePs[vcpu], timePs));
            sincePs[vcpu] = timePs;
        }
    }

    /** Returns the time of the first interrupt of a device from {@code fromPs} on, or {@code fromPs} if there is none. */
    long firstInterruptPs(long fromPs) {
        return interrupts.stream().filter(t -> t >= fromPs).findFirst().orElse(fromPs);
    }

    /** Returns the picture: the panels one below the other, then a legend. */
    String draw(List<Panel> panels, long endPs) {
        for (int v = 0; v < states.length; v++) {
            end(v, endPs);
        }
        svg.setLength(0);
        int panelHeight = 66 + ROW * states.length;
        int height = panelHeight * panels.size() + 34;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                LEFT + WIDTH + 30, height);
        svg.append("<style>\n").append(STYLE).append("</style>\n");
        svg.append("<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n");
        for (int i = 0; i < panels.size(); i++) {
            panel(panels.get(i), i * panelHeight);
        }
        legend(height - 16);
        return svg.append("</svg>\n").toString();
    }

    private void panel(Panel panel, int top) {
        add("<text x=\"%d\" y=\"%d\" font-size=\"14\">%s</text>%n", LEFT, top + 20, panel.title());
        for (int v = 0; v < states.length; v++) {
            add("<text x=\"10\" y=\"%d\">vCPU %d</text>%n", top + 56 + ROW * v, v);
        }
        for (Bar bar : bars) {
            double x = x(panel, Math.max(bar.fromPs(), panel.fromPs()));
            double end = x(panel, Math.min(bar.toPs(), panel.toPs()));
            // what is too thin to be seen is left out, but for work, which is drawn as a thin line
            double width = bar.state() == VcpuState.BUSY ? Math.max(THINNEST, end - x) : end - x;
            if (end > x && width >= THINNEST) {
                add(
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
                        bar.state().toString().toLowerCase(Locale.ROOT), x, top + 40 + ROW * bar.vcpu(), width, BAR);
            }
        }
        ticks(panel, top);
        axis(panel, top + 40 + ROW * states.length);
    }

    private void ticks(Panel panel, int top) {
        double last = -1;
        for (long time : interrupts) {
            double x = x(panel, time);
            if (time >= panel.fromPs() && time <= panel.toPs() && x - last >= THINNEST) {
                add("<path class=\"tick\" d=\"M%.1f %dv8\" stroke-width=\"0.6\"/>%n", x, top + 29);
                last = x;
            }
        }
    }

    private void axis(Panel panel, int y) {
        long stepPs = (panel.toPs() - panel.fromPs()) / 6;
        for (int i = 0; i <= 6; i++) {
            long at = panel.fromPs() + stepPs * i;
            add("<path class=\"axis\" d=\"M%.1f %dv4\" stroke-width=\"0.8\"/>%n", x(panel, at), y - 6);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %s</text>%n",
                    x(panel, at), y + 12, stepPs * i / panel.unitPs(), panel.unit());
        }
    }

    private void legend(int y) {
        int x = LEFT;
        for (VcpuState state : LEGEND) {
            String name = state.toString().toLowerCase(Locale.ROOT);
            add(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\"/><text x=\"%d\" y=\"%d\">%s</text>%n",
                    name, x, y - 10, x + 17, y, name);
            x += 90;
        }
        add("<text x=\"%d\" y=\"%d\">ticks: interrupts of the network card</text>%n", x, y);
    }

    private static double x(Panel panel, long timePs) {
        return LEFT + (double) WIDTH * (timePs - panel.fromPs()) / (panel.toPs() - panel.fromPs());
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }

    /** The panel of a stretch of milliseconds. */
    static Panel millis(String title, long fromPs, long toPs) {
        return new Panel(title, fromPs, toPs, Picos.PER_MILLI, "ms");
    }

    /** The panel of a stretch of microseconds. */
    static Panel micros(String title, long fromPs, long toPs) {
        return new Panel(title, fromPs, toPs, Picos.PER_MICRO, "us");
    }
}
