package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A lying device against a driver half: three buffers of 16 writable bytes are in flight, with the ids that the driver
 * gave them, a fourth is added and not published; then the device answers with nonsense. The driver must stop, and publish nothing
 * from then on, or take what is harmless, and never believe a length that its buffer does not have.
 *
 * <p>{@link QueueExam} asks it; rings are written into an {@link AttackRing}, and {@link AttackNotes} keeps what the driver did.
 */
public final class DriverAttacks {
    private static final int SIZE = 8;
    private static final int BUFFERS = 3;
    private static final int BYTES = 16; // of each of them
    private static final String UNWRITTEN = "len without WRITE";
    private static final String SCRIBBLED = "desc[].next of buffers in flight overwritten";
    private static final String READABLE = "len where nothing is writable";

    /** Writes a device area (and used descriptors). */
    @FunctionalInterface
    public interface Lie {
        /**
         * Writes.
         *
         * @param memory guest memory
         * @param layout where the ring lies
         * @param ids ids of the buffers in flight
         */
        void tell(GuestMemory memory, QueueLayout layout, int[] ids);
    }

    /**
     * A lie and what must come of it.
     *
     * @param name what is odd
     * @param expected rule that the driver must name, or null if it must go on
     * @param buffers how many buffers it must accept
     * @param mayStop whether it may as well stop there, before a buffer that it must take otherwise
     * @param lie what the device writes
     */
    public record Attack(String name, @Nullable Rule expected, int buffers, boolean mayStop, Lie lie) {
        private Attack(String name, @Nullable Rule expected, int buffers, Lie lie) {
            this(name, expected, buffers, false, lie);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Returns the attacks on split rings. */
    public static List<Attack> split() {
        return List.of(
                new Attack("used.idx one too far", Rule.U2, 0, (m, l, ids) -> {
                    used(m, l, ids[0], 16, ids[1], 16, ids[2], 16);
                    m.store16(l.deviceAddr() + 2, BUFFERS + 1);
                }),
                new Attack("used.idx far ahead", Rule.U2, 0, (m, l, ids) -> m.store16(l.deviceAddr() + 2, 300)),
                new Attack("used.idx backwards", Rule.U2, 0, (m, l, ids) -> m.store16(l.deviceAddr() + 2, -1)),
                new Attack("id equals queue size", Rule.U9, 0, (m, l, ids) -> used(m, l, SIZE, 16)),
                new Attack("id 0xffffffff", Rule.U9, 0, (m, l, ids) -> used(m, l, -1, 16)),
                new Attack("id with high bits", Rule.U9, 0, (m, l, ids) -> used(m, l, 0x1_0000 + ids[0], 16)),
                new Attack("id not in flight", Rule.U9, 0, (m, l, ids) -> used(m, l, absent(ids, SIZE - 1), 16)),
                new Attack("id twice", Rule.U9, 1, (m, l, ids) -> used(m, l, ids[0], 16, ids[0], 16)),
                new Attack("len beyond the buffer", null, 1, true, (m, l, ids) -> used(m, l, ids[0], 17)),
                new Attack("len 0xffffffff", null, 1, true, (m, l, ids) -> used(m, l, ids[0], -1)),
                new Attack(READABLE, null, 1, true, (m, l, ids) -> used(m, l, ids[0], 16)),
                new Attack("out of order", null, 3, (m, l, ids) -> used(m, l, ids[2], 1, ids[0], 2, ids[1], 3)),
                new Attack("garbage in used.flags and avail_event", null, 1, (m, l, ids) -> {
                    used(m, l, ids[0], 16);
                    m.store16(l.deviceAddr(), 0xfffe);
                    m.store16(SplitRing.availEvent(l.deviceAddr(), SIZE), 0xbeef);
                }),
                new Attack("nothing new", null, 0, (m, l, ids) -> m.store16(l.deviceAddr() + 2, 0)),
                new Attack(SCRIBBLED + ", beyond the table", null, 1, true, (m, l, ids) -> {
                    scribble(m, l, i -> 0x7fff);
                    used(m, l, ids[0], 16);
                }),
                new Attack(SCRIBBLED + ", in a loop", null, 1, true, (m, l, ids) -> {
                    scribble(m, l, i -> i);
                    used(m, l, ids[0], 16);
                }),
                new Attack(SCRIBBLED + ", into one another", null, 1, true, (m, l, ids) -> {
                    scribble(m, l, i -> (i + 1) % SIZE);
                    used(m, l, ids[0], 16);
                }));
    }

    /** Returns the attacks on packed rings. */
    public static List<Attack> packed() {
        int used = PackedRing.usedBits(true) | PackedRing.DESC_F_WRITE;
        return List.of(
                new Attack(
                        "id not in flight",
                        Rule.P16,
                        0,
                        (m, l, ids) -> usedDesc(m, l, 0, absent(ids, SIZE - 1), 16, used)),
                new Attack(
                        "id beyond the queue",
                        Rule.P16,
                        0,
                        (m, l, ids) -> usedDesc(m, l, 0, absent(ids, 0xffff), 16, used)),
                new Attack("id twice", Rule.P16, 1, (m, l, ids) -> {
                    usedDesc(m, l, 0, ids[0], 16, used);
                    usedDesc(m, l, 1, ids[0], 16, used);
                }),
                new Attack("len beyond the buffer", null, 1, true, (m, l, ids) -> usedDesc(m, l, 0, ids[0], 17, used)),
                new Attack("len 0xffffffff", null, 1, true, (m, l, ids) -> usedDesc(m, l, 0, ids[0], -1, used)),
                new Attack(READABLE, null, 1, true, (m, l, ids) -> usedDesc(m, l, 0, ids[0], 16, used)),
                new Attack(UNWRITTEN, null, 1, (m, l, ids) -> usedDesc(m, l, 0, ids[0], 16, PackedRing.usedBits(true))),
                new Attack("reserved bits, NEXT and INDIRECT in a used descriptor", null, 2, (m, l, ids) -> {
                    usedDesc(m, l, 0, ids[0], 16, used | 0x7f7f & ~PackedRing.DESC_F_AVAIL);
                    m.store64(l.descAddr(), 0xdead_beef_dead_beefL);
                    usedDesc(m, l, 1, ids[1], 16, used);
                }),
                new Attack("out of order", null, 3, (m, l, ids) -> {
                    usedDesc(m, l, 0, ids[2], 1, used);
                    usedDesc(m, l, 1, ids[0], 2, used);
                    usedDesc(m, l, 2, ids[1], 3, used);
                }),
                new Attack(
                        "used bits of the other lap",
                        null,
                        0,
                        (m, l, ids) -> usedDesc(m, l, 0, ids[0], 16, PackedRing.usedBits(false))),
                new Attack("reserved event flags", null, 0, (m, l, ids) -> m.store32(l.deviceAddr(), 0xffff_ffff)),
                new Attack("event flags 3", null, 0, (m, l, ids) -> m.store32(l.deviceAddr(), 3 << 16)));
    }

    /** Returns the attacks on packed rings with EVENT_IDX: a device that asks for an event where there is no slot. */
    private static List<Attack> events() {
        List<Attack> events = new ArrayList<>();
        for (int offset : new int[] {SIZE, SIZE + 1, 0x7fff}) {
            for (int wrap : new int[] {0, 0x8000}) {
                events.add(new Attack(
                        "event offset " + offset + " of " + SIZE + ", wrap " + (wrap >>> 15),
                        null,
                        0,
                        (m, l, ids) -> m.store32(l.deviceAddr(), 2 << 16 | wrap | offset)));
            }
        }
        events.add(new Attack("event flags 3", null, 0, (m, l, ids) -> m.store32(l.deviceAddr(), 3 << 16)));
        return events;
    }

    private static void scribble(GuestMemory memory, QueueLayout layout, java.util.function.IntUnaryOperator next) {
        for (int i = 0; i < SIZE; i++) {
            memory.store16(layout.descAddr() + 16L * i + 12, SplitRing.DESC_F_NEXT | SplitRing.DESC_F_WRITE);
            memory.store16(layout.descAddr() + 16L * i + 14, next.applyAsInt(i));
        }
    }

    /**
     * Runs an attack; returns what is wrong with the half's behaviour. It has passed when it stops, or takes what is
     * harmless, and believes in no byte that its buffers do not have; by which name it calls the error is
     * {@link Verdict#IMPLEMENTATION}.
     */
    public static List<Violation> run(Attack attack, boolean packed, DriverFactory factory) {
        Objects.requireNonNull(attack, "attack");
        Objects.requireNonNull(factory, "factory");
        return run(attack, packed, 0, factory);
    }

    private static List<Violation> run(Attack attack, boolean packed, long extraFeatures, DriverFactory factory) {
        QueueLayout layout = packed ? QueueLayout.packed(0x1000, SIZE) : QueueLayout.split(0x1000, SIZE);
        long features = VirtioFeatures.VERSION_1 | (packed ? VirtioFeatures.RING_PACKED : 0) | extraFeatures;
        AttackNotes notes = new AttackNotes(
                Side.DRIVER,
                AttackName.of(packed, features, SIZE, attack.name()).toString());
        FlatMemory memory = new FlatMemory(AttackRing.RAM_BYTES);
        ConfinedMemory confined = new ConfinedMemory(memory, Side.DRIVER, 20_000);
        confined.allow(layout.descAddr(), layout.endAddr() - layout.descAddr());
        try {
            DriverQueue driver = factory.create(confined.view(), layout, features);
            boolean scribbled = attack.name().startsWith(SCRIBBLED);
            int room = attack.name().equals(READABLE) ? 0 : scribbled ? 2 * BYTES : BYTES;
            int[] ids = new int[BUFFERS + 1]; // the last one is added and not published before the lie
            BufferChain chain = new BufferChain();
            int added = 0;
            for (int i = 0; i <= BUFFERS; i++) {
                if (i == BUFFERS) {
                    driver.publish();
                }
                chain.clear();
                if (room == 0) {
                    chain.addReadable(AttackRing.WRITABLE + 64L * i, BYTES);
                } else {
                    chain.addWritable(AttackRing.WRITABLE + 64L * i, BYTES);
                }
                if (scribbled) {
                    chain.addWritable(AttackRing.WRITABLE + 64L * i + 32, BYTES);
                }
                ids[i] = driver.add(chain);
                added += ids[i] >= 0 ? 1 : 0;
            }
            attack.lie().tell(memory, layout, ids);
            driver.notificationNeeded();
            UsedBuffer used = new UsedBuffer();
            Set<Integer> outstanding =
                    new TreeSet<>(Arrays.stream(ids, 0, BUFFERS).boxed().toList());
            int accepted = 0;
            while (accepted <= 2 * SIZE && driver.poll(used)) {
                accepted++;
                if (!outstanding.remove(used.id())) {
                    notes.must(packed ? Rule.P16 : Rule.U9, used.id(), "takes back an id that is not in flight");
                    return notes.violations();
                }
                if (attack.name().equals(UNWRITTEN) && used.lengthBytes() != 0) {
                    notes.habit(Rule.P17, used.lengthBytes(), "believes a length though WRITE is not set");
                }
                if (used.lengthBytes() < 0 || used.lengthBytes() > room) {
                    notes.must(Rule.U8, used.lengthBytes(), "believes in more than the " + room + " bytes there are");
                }
            }
            judge(attack, packed, driver, accepted, notes);
            if (scribbled && driver.error() == null && driver.freeDescriptors() > SIZE - 2 * (added - accepted)) {
                notes.must(
                        Rule.C1,
                        driver.freeDescriptors(),
                        "frees descriptors that are in flight: it follows desc[].next, which the device can overwrite");
            }
            RingError error = driver.error();
            if (error != null) {
                afterwards(driver, error, confined, notes);
            }
        } catch (RunawayException e) {
            notes.must(Rule.C3, 0, "no end in sight: " + e.getMessage());
        } catch (GuestFault e) {
            notes.must(Rule.U9, e.address(), "access outside RAM: " + e.getMessage());
        } catch (Throwable e) {
            notes.thrown(Rule.U9, "exception out of the driver: ", e);
        }
        confined.escapes().forEach(e -> notes.must(Rule.S12, 0, "store outside confinement: " + e));
        return notes.violations();
    }

    /** A half that has stopped exposes nothing more; that it still writes what it wishes for is a habit, Linux has it. */
    private static void afterwards(DriverQueue driver, RingError error, ConfinedMemory confined, AttackNotes notes) {
        long stores = confined.stores();
        driver.publish();
        driver.notificationNeeded();
        if (confined.stores() != stores) {
            notes.must(error.rule(), confined.stores() - stores, "publishes after it stopped");
        }
        stores = confined.stores();
        driver.disableInterrupts();
        driver.enableInterrupts();
        if (confined.stores() != stores) {
            notes.habit(error.rule(), confined.stores() - stores, "asks for interrupts after it stopped");
        }
    }

    private static void judge(Attack attack, boolean packed, DriverQueue driver, int accepted, AttackNotes notes) {
        Rule rule = attack.expected() != null ? attack.expected() : packed ? Rule.P16 : Rule.U9;
        RingError error = driver.error();
        if (accepted > attack.buffers() && attack.expected() == Rule.U2 && error != null) {
            notes.habit(rule, accepted, "takes the buffers of an index too far ahead before it stops");
        } else if (accepted > attack.buffers()) {
            notes.must(rule, accepted, "accepted more buffers than " + attack.buffers());
        } else if (accepted < attack.buffers()) {
            if (attack.expected() == null && !(error != null && attack.mayStop())) {
                notes.must(rule, accepted, "accepted fewer buffers than " + attack.buffers());
            } else {
                notes.habit(rule, accepted, "accepted fewer buffers than " + attack.buffers());
            }
        }
        if (error != null && attack.mayStop()) {
            notes.habit(error.rule(), error.value(), "stops at what may be passed over");
        } else if (attack.expected() == null && error != null) {
            notes.must(error.rule(), error.value(), "stopped at what is harmless: " + error);
        } else if (attack.expected() != null && error == null) {
            notes.must(attack.expected(), 0, "not noticed");
        } else if (attack.expected() != null && error != null && error.rule() != attack.expected()) {
            notes.calledOtherwise(attack.expected(), error);
        }
    }

    /**
     * Runs all attacks on split or on packed rings.
     *
     * @throws AssertionError with each rule that was broken and the names of the attacks that showed it
     */
    public static void verify(boolean packed, DriverFactory factory) {
        AttackNotes.verify(violations(packed, factory), Verdict.MUST);
    }

    /**
     * Runs the one attack that a line of a report names, such as {@code split q=8: id twice}. Attacks leave nothing to chance: it does
     * what it did then.
     *
     * @return what is wrong with the half's behaviour; empty if nothing is
     * @throws IllegalArgumentException if there is no such attack
     */
    public static List<Violation> replay(String line, DriverFactory factory) {
        Objects.requireNonNull(line, "line");
        Objects.requireNonNull(factory, "factory");
        AttackName name = AttackName.parse(line, SIZE);
        boolean packed = name.mode().packed();
        List<Attack> all = new ArrayList<>(packed ? name.mode().eventIdx() ? events() : packed() : split());
        return run(name.among(all, Attack::name), packed, name.mode().features(), factory);
    }

    /** Runs all attacks that {@link #verify} does; returns what was wrong. */
    public static List<Violation> violations(boolean packed, DriverFactory factory) {
        Objects.requireNonNull(factory, "factory");
        return violations(packed, false, factory);
    }

    /** As the other method; for a half that has EVENT_IDX with the attacks that need it. */
    static List<Violation> violations(boolean packed, boolean eventIdx, DriverFactory factory) {
        List<Violation> wrong = new ArrayList<>();
        for (Attack attack : packed ? packed() : split()) {
            wrong.addAll(run(attack, packed, factory));
        }
        for (Attack attack : packed && eventIdx ? events() : List.<Attack>of()) {
            wrong.addAll(run(attack, true, VirtioFeatures.EVENT_IDX, factory));
        }
        return wrong;
    }

    /** Returns the greatest id from {@code most} down that is not in flight. */
    private static int absent(int[] ids, int most) {
        int id = most;
        while (Arrays.binarySearch(Arrays.stream(ids).sorted().toArray(), id) >= 0) {
            id--;
        }
        return id;
    }

    private static void used(GuestMemory memory, QueueLayout layout, int... idsAndLengths) {
        for (int i = 0; i < idsAndLengths.length; i += 2) {
            long at = SplitRing.usedSlot(layout.deviceAddr(), i / 2);
            memory.store32(at, idsAndLengths[i]);
            memory.store32(at + 4, idsAndLengths[i + 1]);
        }
        memory.store16(SplitRing.usedIdx(layout.deviceAddr()), idsAndLengths.length / 2);
    }

    private static void usedDesc(GuestMemory memory, QueueLayout layout, int slot, int id, int length, int flags) {
        long at = layout.descAddr() + 16L * slot;
        memory.store32(at + 8, length);
        memory.store16(at + 12, id);
        memory.store16(at + 14, flags);
    }

    private DriverAttacks() {}
}
