package io.torosim.core.machine;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which routine each vCPU was in, and for how long: a profile of simulated time, by every step instead of by samples, so that nothing falls
 * between two samples and the guest is not disturbed. A sampling profiler of a real guest converges to the same shares.
 *
 * <p>Install it with {@link Machine#observeSteps}; digests stay what they are, but every step is then an event of its own. Time in a
 * polling loop that waits in vain ({@link VcpuState#POLL}) is one place, whatever its routine: rounds of it may be passed over. Time halted, switched off or without a host CPU belongs to no routine.
 *
 * <p>Confined to the simulation thread.
 */
public final class CodeProfile implements Consumer<Vcpu> {
    private static final VcpuState[] ABSENT = {
        VcpuState.OFF, VcpuState.HALTED, VcpuState.HALT_POLL, VcpuState.MWAIT, VcpuState.WAITING
    };

    /** The place of all time in {@link VcpuState#POLL}. */
    public static final String POLLING = "polling loops";

    private final Machine machine;
    private final List<Map<String, Sum>> byVcpu = new ArrayList<>();
    private final Sum[] under;
    private final long[] sincePs;
    private final long[] absentPs;
    private final long[] polledPs;

    /**
     * A place in the code and the time spent there.
     *
     * @param vcpu number of the vCPU, from 0
     * @param place the calls, outermost first, with {@code ;} between them; the innermost with its entry behind {@code ": "}
     * @param ps simulated picoseconds
     */
    public record Share(int vcpu, String place, long ps) {
        /** Returns the innermost routine, without the entry it was in. */
        public String routine() {
            String innermost = place.substring(place.lastIndexOf(';') + 1);
            int entry = innermost.indexOf(": ");
            return entry < 0 ? innermost : innermost.substring(0, entry);
        }
    }

    private static final class Sum {
        private long ps;
    }

    /** Creates a profile of {@code machine} from now on. */
    public CodeProfile(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        this.machine = machine;
        int vcpus = machine.vcpuCount();
        under = new Sum[vcpus];
        sincePs = new long[vcpus];
        absentPs = new long[vcpus];
        polledPs = new long[vcpus];
        for (int i = 0; i < vcpus; i++) {
            byVcpu.add(new TreeMap<>());
            under[i] = new Sum(); // what was before is nobody's
            sincePs[i] = machine.simulation().nowPs();
            absentPs[i] = absentPs(machine.vcpu(i));
            polledPs[i] = machine.vcpu(i).residencyPs(VcpuState.POLL);
        }
    }

    @Override
    public void accept(Vcpu vcpu) {
        int id = vcpu.id();
        settle(vcpu, vcpu.nowPs());
        under[id] = byVcpu.get(id).computeIfAbsent(vcpu.place(), place -> new Sum());
    }

    private void settle(Vcpu vcpu, long nowPs) {
        int id = vcpu.id();
        long absent = absentPs(vcpu);
        long polled = vcpu.residencyPs(VcpuState.POLL);
        long polling = polled - polledPs[id];
        under[id].ps += nowPs - sincePs[id] - (absent - absentPs[id]) - polling;
        if (polling > 0) {
            byVcpu.get(id).computeIfAbsent(POLLING, place -> new Sum()).ps += polling;
            polledPs[id] = polled;
        }
        sincePs[id] = nowPs;
        absentPs[id] = absent;
    }

    private static long absentPs(Vcpu vcpu) {
        long sum = 0;
        for (VcpuState state : ABSENT) {
            sum += vcpu.residencyPs(state);
        }
        return sum;
    }

    /**
     * Returns all places up to the present moment: by vCPU, then the longest first, those of equal time by name. Together they are the time
     * that the vCPUs were executing since the profile began.
     */
    public List<Share> shares() {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < byVcpu.size(); i++) {
            int id = i;
            settle(machine.vcpu(id), machine.simulation().nowPs());
            byVcpu.get(id).forEach((place, sum) -> {
                if (sum.ps > 0) {
                    shares.add(new Share(id, place, sum.ps));
                }
            });
        }
        shares.sort(Comparator.comparingInt(Share::vcpu)
                .thenComparing(Comparator.comparingLong(Share::ps).reversed())
                .thenComparing(Share::place));
        return shares;
    }

    /**
     * Writes the shares as folded stacks, one a line: {@code vcpu0;calls;routine: entry NANOSECONDS}, the form that flame graph tools and
     * speedscope read.
     */
    public void writeFolded(Appendable out) throws IOException {
        out.append(folded(shares()));
    }

    /** Returns shares in that form. */
    public static String folded(List<Share> shares) {
        Objects.requireNonNull(shares, "shares");
        StringBuilder text = new StringBuilder();
        for (Share share : shares) {
            long ns = Math.round(share.ps() / (double) Picos.PER_NANO);
            text.append("vcpu" + share.vcpu() + ";" + share.place() + " " + ns + "\n");
        }
        return text.toString();
    }
}
