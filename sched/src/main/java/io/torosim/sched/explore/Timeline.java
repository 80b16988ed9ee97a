package io.torosim.sched.explore;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.sched.GuestThread.ThreadState;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keeps the last trace events of a run as text, one column to a vCPU. */
final class Timeline implements TraceSink {
    private static final int COLUMN = 26;

    private final int capacity;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    Timeline(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (lines.size() == capacity) {
            lines.removeFirst();
        }
        String millis = BigDecimal.valueOf(timePs, 9).toPlainString();
        String indent = " ".repeat(COLUMN * Math.max(vcpu, 0));
        lines.add(String.format(Locale.ROOT, "%18s ms  %s%s", millis, indent, describe(vcpu, kind, a, b)));
    }

    private static String describe(int vcpu, TraceKind kind, long a, long b) {
        String where = vcpu < 0 ? "device: " : "cpu" + vcpu + " ";
        return where
                + switch (kind) {
                    case VCPU_STATE -> VcpuState.values()[(int) a].toString().toLowerCase(Locale.ROOT);
                    case INTERRUPT -> "takes vector " + a;
                    case IPI_SENT -> "ipi to cpu" + a;
                    case DEVICE_IRQ -> "raises vector " + a;
                    case THREAD_STATE -> "thread " + a + " " + stateName(b);
                    case THREAD_START -> "thread " + a + " begins";
                    case THREAD_EXIT -> "thread " + a + " exits";
                    case MESSAGE -> "message to cpu" + b;
                    default -> kind + " " + a + " " + b;
                };
    }

    private static String stateName(long value) {
        for (ThreadState state : ThreadState.values()) {
            if (state.value() == value) {
                return state.toString().toLowerCase(Locale.ROOT);
            }
        }
        return Long.toString(value);
    }

    List<String> lines() {
        return new ArrayList<>(lines);
    }
}
