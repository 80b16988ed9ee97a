package io.torosim.core.machine;

import io.torosim.core.trace.TraceDigest;
import java.util.List;

/**
 * What a run gave: a value.
 *
 * @param seed seed of the machine
 * @param simulatedPs time since power-on
 * @param traceDigest digest of the trace
 * @param traceEvents number of events that the digest covers
 * @param firedEvents simulation events fired; differs with fast-forward on and off
 * @param usage what each vCPU did, in order
 * @param warnings what the user of the run should know, such as that a loop is stepped; usually nothing
 */
public record RunResult(
        long seed,
        long simulatedPs,
        long traceDigest,
        long traceEvents,
        long firedEvents,
        List<VcpuUsage> usage,
        List<String> warnings) {
    /** Copies the list. */
    public RunResult {
        usage = List.copyOf(usage);
        warnings = List.copyOf(warnings);
    }

    /** Returns the trace digest as 16 hexadecimal digits. */
    public String traceHash() {
        return TraceDigest.hex(traceDigest);
    }
}
