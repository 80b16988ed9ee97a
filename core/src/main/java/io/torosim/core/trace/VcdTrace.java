package io.torosim.core.trace;

import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.LongSupplier;

/**
 * Writes the states of the vCPUs as a Value Change Dump (IEEE 1364-2001, section 18) with a time scale of 1 ps, for
 * GTKWave and its like: an 8-bit number and its name as a string for each vCPU. The string variable is GTKWave's
 * extension; other viewers skip it. Only {@link TraceKind#VCPU_STATE} is shown. Unknown until the first change.
 */
final class VcdTrace implements TraceSink, Closeable {
    private final Writer out;
    private final String[] stateNames;
    private final int vcpuCount;
    private long writtenPs = -1;
    private long lastPs;
    /** How far simulated time has come, as far as is known. */
    private LongSupplier reachedPs = () -> 0;

    /**
     * Writes the header.
     *
     * @param out receives the dump; {@link #close} closes it
     * @param vcpuCount number of vCPUs, at least 1
     * @param stateNames names of the states by number, at most 256, without blanks
     */
    public VcdTrace(Writer out, int vcpuCount, java.util.List<String> stateNames) {
        if (vcpuCount < 1 || stateNames.size() > 256) {
            throw new IllegalArgumentException("vcpuCount must be at least 1 and stateNames at most 256, vcpuCount="
                    + vcpuCount + ", stateNames=" + stateNames.size());
        }
        for (String name : stateNames) {
            if (name.isEmpty() || name.indexOf(' ') >= 0) {
                throw new IllegalArgumentException("a state name must be a word, name=" + name);
            }
        }
        this.out = out;
        this.vcpuCount = vcpuCount;
        this.stateNames = stateNames.toArray(new String[0]);
        write("$timescale 1 ps $end\n$scope module machine $end\n");
        for (int i = 0; i < vcpuCount; i++) {
            write("$var wire 8 n" + i + " vcpu" + i + "_state $end\n");
            write("$var string 1 s" + i + " vcpu" + i + "_name $end\n");
        }
        write("$upscope $end\n$enddefinitions $end\n");
    }

    /** Ends at {@code time} if that is later than the last event. */
    void endsAt(LongSupplier time) {
        reachedPs = time;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        lastPs = Math.max(lastPs, timePs);
        if (kind != TraceKind.VCPU_STATE || vcpu < 0 || vcpu >= vcpuCount) {
            return;
        }
        stamp(timePs);
        write("b" + Integer.toBinaryString((int) a & 0xff) + " n" + vcpu + "\n");
        write("s" + (a >= 0 && a < stateNames.length ? stateNames[(int) a] : "state" + a) + " s" + vcpu + "\n");
    }

    /** Marks the end of the run as far as it is known, at least the time of the last event of any kind, and closes the file. */
    @Override
    public void close() throws IOException {
        stamp(Math.max(lastPs, reachedPs.getAsLong()));
        out.close();
    }

    private void stamp(long timePs) {
        if (timePs > writtenPs) {
            write("#" + timePs + "\n");
            writtenPs = timePs;
        }
    }

    private void write(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
