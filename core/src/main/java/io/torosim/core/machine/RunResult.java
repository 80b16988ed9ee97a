package io.torosim.core.machine;

import io.torosim.core.trace.TraceBus.TraceDigest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

    /**
     * What one vCPU did with its time.
     *
     * @param vcpuId its number
     * @param busyPs working
     * @param pollPs in a busy wait
     * @param haltPollPs halted, the host polling on its behalf
     * @param haltedPs halted
     * @param mwaitPs in {@code mwait}
     * @param waitingPs without a CPU of the host
     * @param offPs switched off
     * @param interrupts interrupts taken
     * @param ipisSent inter-processor interrupts sent
     * @param halts {@code hlt} instructions
     * @param exits VM exits
     * @param contextSwitches thread switches of the guest
     * @param exitsByCause VM exits of each cause, all causes in order, those that never came with 0
     */
    public record VcpuUsage(
            int vcpuId,
            long busyPs,
            long pollPs,
            long haltPollPs,
            long haltedPs,
            long mwaitPs,
            long waitingPs,
            long offPs,
            long interrupts,
            long ipisSent,
            long halts,
            long exits,
            long contextSwitches,
            Map<ExitCause, Long> exitsByCause) {
        /** Copies the map. */
        public VcpuUsage {
            exitsByCause = Collections.unmodifiableMap(new EnumMap<>(exitsByCause));
        }

        /** Returns what has come since {@code before}, of the same vCPU. */
        public VcpuUsage since(VcpuUsage before) {
            EnumMap<ExitCause, Long> more = new EnumMap<>(ExitCause.class);
            exitsByCause.forEach(
                    (cause, count) -> more.put(cause, count - before.exitsByCause.getOrDefault(cause, 0L)));
            return new VcpuUsage(
                    vcpuId,
                    busyPs - before.busyPs,
                    pollPs - before.pollPs,
                    haltPollPs - before.haltPollPs,
                    haltedPs - before.haltedPs,
                    mwaitPs - before.mwaitPs,
                    waitingPs - before.waitingPs,
                    offPs - before.offPs,
                    interrupts - before.interrupts,
                    ipisSent - before.ipisSent,
                    halts - before.halts,
                    exits - before.exits,
                    contextSwitches - before.contextSwitches,
                    more);
        }

        /** Returns the time since power-on. */
        public long totalPs() {
            return busyPs + pollPs + haltPollPs + haltedPs + mwaitPs + waitingPs + offPs;
        }

        /** Returns the fraction of time in which the vCPU executed instructions, useful or not, in [0, 1]. */
        public double busyFraction() {
            return totalPs() == 0 ? 0 : (double) (busyPs + pollPs) / totalPs();
        }
    }

    /**
     * Why a vCPU left guest mode. Under software emulation there are no exits: the same events leave translated code, and are
     * counted under the same names.
     *
     * <p>Not counted, because a mean is in the cost of what causes them: page faults of the second stage, exits on host interrupts
     * and timer ticks that are not for the guest.
     */
    public enum ExitCause {
        /** {@code hlt}. */
        HLT,
        /** {@code mwait} or {@code monitor} where the hypervisor intercepts it. */
        MWAIT,
        /** A port access that QEMU answers. */
        PIO,
        /** A port access that the host kernel's interrupt controller (PIC) answers: an end of interrupt, a mask. */
        PIC,
        /** An access to memory of a device that QEMU answers. */
        MMIO,
        /** A virtqueue notification, which the host kernel turns into an event (ioeventfd). */
        NOTIFY,
        /** A write to the interrupt command register of the local APIC: an inter-processor interrupt. */
        ICR_WRITE,
        /** A write to the end-of-interrupt register of the local APIC. */
        EOI,
        /** Any other access to the local APIC: its timer's registers, most of all. */
        APIC_ACCESS,
        /** A write to the model-specific register of the time-stamp counter deadline: a timer is set. */
        TSC_DEADLINE,
        /** An interrupt for the vCPU arrived while it executed guest code. */
        EXTERNAL_INTERRUPT;

        private static final ExitCause[] ALL = values();

        /** Returns the name in reports, such as {@code "ICR write"}. */
        public String label() {
            return switch (this) {
                case HLT -> "hlt";
                case MWAIT -> "mwait";
                case PIO -> "port answered by QEMU";
                case PIC -> "interrupt controller (PIC)";
                case MMIO -> "device memory";
                case NOTIFY -> "virtqueue notification";
                case ICR_WRITE -> "inter-processor interrupt (ICR write)";
                case EOI -> "end of interrupt (local APIC)";
                case APIC_ACCESS -> "local APIC, other registers";
                case TSC_DEADLINE -> "timer set (TSC deadline)";
                case EXTERNAL_INTERRUPT -> "external interrupt";
            };
        }

        /** Returns the number of causes. */
        static int count() {
            return ALL.length;
        }
    }
}
