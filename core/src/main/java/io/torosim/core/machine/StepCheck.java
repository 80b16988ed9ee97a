package io.torosim.core.machine;

import io.torosim.core.memory.GuestAddressSpace;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Counts in each step of guest code the accesses that others can see, on a machine whose specification says so ({@link MachineSpec#checkSteps}), and
 * keeps the steps with more than one: what happens at one instant cannot be interleaved.
 *
 * <p><b>What counts:</b> a device's register; whatever guest code declares as shared by going through {@link io.torosim.core.code.GuestCpu} (a ring
 * word, a mailbox in memory, an interrupt to another core); and a load or store past it, as of memory of the core's own, of a word that some device
 * has loaded or stored by itself before. <b>What does not:</b> copies of ranges, in which packet bytes travel; the allocator's records; Java
 * objects; code that is not {@link io.torosim.core.code.GuestCode}.
 *
 * <p>A step is everything up to the next passing of time. Confined to the simulation thread.
 */
public final class StepCheck {
    /**
     * A step with more than one access.
     *
     * @param place routine and entry, and further entries of the same step that made one: {@code "EmptyReadRing: copy"}
     * @param mostAccesses in one execution of it, at least 2
     * @param times how often it was executed with more than one
     */
    public record SharedStep(String place, int mostAccesses, long times) {}

    private final LongOpenHashSet words = new LongOpenHashSet();
    private final Map<String, SharedStep> found = new TreeMap<>();
    private boolean inEntry;
    private boolean inDevice;
    private boolean declared;
    private int accesses;
    private int before;
    private StringJoiner places = new StringJoiner(", then ");
    private long steps;

    StepCheck() {}

    /** Returns the steps found so far, those with the most accesses first, then by place. */
    public List<SharedStep> found() {
        stepBegins();
        return found.values().stream()
                .sorted(Comparator.comparingInt(SharedStep::mostAccesses)
                        .reversed()
                        .thenComparing(SharedStep::place))
                .toList();
    }

    /** Returns how many steps with an access there were. */
    public long steps() {
        return steps;
    }

    // ---- what the processor tells

    /** The step before is over. */
    public void stepBegins() {
        if (accesses > 0) {
            steps++;
        }
        if (accesses > 1) {
            found.merge(
                    places.toString(),
                    new SharedStep(places.toString(), accesses, 1),
                    (a, b) -> new SharedStep(
                            a.place(), Math.max(a.mostAccesses(), b.mostAccesses()), a.times() + b.times()));
        }
        accesses = 0;
        places = new StringJoiner(", then ");
    }

    /** An entry of the present step is executed from now on. */
    public void entryBegins() {
        inEntry = true;
        before = accesses;
    }

    /** An access that the entry declares: the load or store that follows is it. */
    public void declared() {
        declared = true;
        accesses++;
    }

    /** The second half of an atomic operation follows. */
    public void sameAccess() {
        accesses--;
    }

    /** A device works within the present access, or has done so. */
    public void device(boolean works) {
        inDevice = works;
        declared = false;
    }

    /** The entry is over. */
    public void entryEnds(String routine, String entry) {
        if (accesses > before) {
            places.add(routine + ": " + entry);
        }
        inEntry = false;
        declared = false;
    }

    // ---- what memory tells

    GuestAddressSpace.Watch watch() {
        return new GuestAddressSpace.Watch() {
            @Override
            public void scalar(long address, int sizeBytes) {
                access(address, sizeBytes);
            }

            @Override
            public void register(boolean begins) {
                device(begins);
            }
        };
    }

    private void access(long address, int sizeBytes) {
        long first = address >>> 3;
        long last = address + sizeBytes - 1 >>> 3;
        if (!inEntry || inDevice) {
            words.add(first);
            words.add(last);
        } else if (declared) {
            declared = false;
        } else if (words.contains(first) || words.contains(last)) {
            accesses++;
        }
    }
}
