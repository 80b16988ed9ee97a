package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Malformed rings against a device half: each must end with the queue stopped, with no store outside
 * what the device may write, no exception and no endless work; what is merely odd must be served. Afterwards a
 * fresh half on a fresh ring must work.
 *
 * <p>{@link QueueExam} asks it; rings are written into an {@link AttackRing}, by {@link SplitAttacks} and {@link PackedAttacks}, and
 * {@link VirtqueueChecker} says what the device made of them.
 */
public final class DeviceAttacks {
    private static final int SIZE = 8;
    private static final long ACCESS_LIMIT = 20_000;

    /** Returns the attacks on split rings; they need INDIRECT_DESC. */
    public static List<DeviceAttack> split() {
        return SplitAttacks.all();
    }

    /** Returns the attacks on packed rings; they need INDIRECT_DESC. */
    public static List<DeviceAttack> packed() {
        return PackedAttacks.all();
    }

    /** Returns the attack that uses a table without INDIRECT_DESC. */
    public static DeviceAttack indirectNotNegotiated(boolean packed) {
        return packed ? PackedAttacks.NOT_NEGOTIATED : SplitAttacks.NOT_NEGOTIATED;
    }

    /**
     * Runs an attack. The half has passed when it stops, without a store outside what it may write, and serves nothing
     * of what is wrong; a legal ring it must serve, and return as the ring says. That it names the rule that
     * {@link DeviceAttack#expected} has, serves what came before, and looks no more at the ring, is
     * {@link Verdict#IMPLEMENTATION}.
     *
     * @param attack the ring
     * @param packed packed or split
     * @param extraFeatures features besides VERSION_1 and RING_PACKED
     * @param factory makes the device half
     * @return what is wrong with the half's behaviour; empty if nothing is
     */
    public static List<Violation> run(DeviceAttack attack, boolean packed, long extraFeatures, DeviceFactory factory) {
        Objects.requireNonNull(attack, "attack");
        Objects.requireNonNull(factory, "factory");
        QueueLayout layout = packed ? QueueLayout.packed(0x1000, SIZE) : QueueLayout.split(0x1000, SIZE);
        long features = VirtioFeatures.VERSION_1 | (packed ? VirtioFeatures.RING_PACKED : 0) | extraFeatures;
        AttackNotes notes = new AttackNotes(
                Side.DEVICE,
                AttackName.of(packed, features, SIZE, attack.name()).toString());
        FlatMemory memory = new FlatMemory(AttackRing.RAM_BYTES);
        VirtqueueChecker checker = new VirtqueueChecker(memory, layout, features);
        List<InFlightBuffer> exposed = new ArrayList<>();
        checker.listener(new RingMonitor.Listener() {
            @Override
            public void exposed(InFlightBuffer buffer) {
                exposed.add(buffer);
            }

            @Override
            public void returned(InFlightBuffer buffer, long length) {}
        });
        checker.begin();
        AttackRing ring = new AttackRing(checker.driverView(), layout);
        attack.setup().accept(ring);
        checker.operationDone();
        boolean followed = !checker.lost();
        ConfinedMemory confined = new ConfinedMemory(ring.treacherous(checker.deviceView()), Side.DEVICE, ACCESS_LIMIT);
        confined.allow(layout.deviceAddr(), layout.deviceBytes());
        confined.allow(AttackRing.WRITABLE, 0x1000);
        if (packed) {
            confined.allow(layout.descAddr(), layout.descBytes());
        }
        try {
            DeviceQueue device = factory.create(confined.view(), layout, features);
            int served = serve(device, confined, attack.expected() == null && followed ? exposed : List.of(), notes);
            judge(attack, device, served, notes);
            boolean stopped = attack.expected() != null && (device.error() != null || !attack.mayServe());
            long loads = confined.loads();
            long stores = confined.stores();
            for (int i = 0; i < 3; i++) {
                if (stopped && device.pop(new BufferChain())) {
                    notes.must(Rule.F16, i, "goes on after it stopped");
                }
                device.publish();
                if (stopped) {
                    device.disableNotifications();
                    device.enableNotifications();
                }
            }
            if (stopped && confined.stores() != stores) {
                notes.must(Rule.F16, confined.stores() - stores, "stores after it stopped");
            }
            if (stopped && confined.loads() != loads) {
                notes.habit(Rule.F16, confined.loads() - loads, "loads after it stopped");
            }
        } catch (RunawayException e) {
            notes.must(Rule.C3, 0, "no end in sight: " + e.getMessage());
        } catch (GuestFault e) {
            notes.must(Rule.S15, e.address(), "access outside RAM: " + e.getMessage());
        } catch (Throwable e) {
            notes.thrown(Rule.C3, "exception out of the device: ", e);
        }
        confined.escapes().forEach(e -> notes.must(Rule.S15, 0, "store outside confinement: " + e));
        if (attack.expected() == null && followed) {
            checker.violations().stream()
                    .filter(v -> v.side() == Side.DEVICE && v.verdict() == Verdict.MUST)
                    .forEach(v -> notes.must(
                            v.rule(),
                            v.error().value(),
                            v.error().place() + ": " + v.error().detail()));
        }
        revive(packed, features, factory, notes);
        return notes.violations();
    }

    /**
     * Runs all attacks on split or on packed rings with INDIRECT_DESC, and the one without.
     *
     * @throws AssertionError with each rule that was broken and the names of the attacks that showed it
     */
    public static void verify(boolean packed, DeviceFactory factory) {
        AttackNotes.verify(violations(packed, factory), Verdict.MUST);
    }

    /**
     * Runs the one attack that a line of a report names, such as {@code split+indirect q=8: head equals queue size}. Attacks leave nothing
     * to chance: it does what it did then.
     *
     * @return what is wrong with the half's behaviour; empty if nothing is
     * @throws IllegalArgumentException if there is no such attack
     */
    public static List<Violation> replay(String line, DeviceFactory factory) {
        Objects.requireNonNull(line, "line");
        Objects.requireNonNull(factory, "factory");
        AttackName name = AttackName.parse(line, SIZE);
        boolean packed = name.mode().packed();
        List<DeviceAttack> all = new ArrayList<>(packed ? packed() : split());
        all.add(indirectNotNegotiated(packed));
        all.addAll(packed ? PackedAttacks.events(SIZE) : List.of());
        return run(name.among(all, DeviceAttack::name), packed, name.mode().features(), factory);
    }

    /** Runs all attacks that {@link #verify} does; returns what was wrong. */
    public static List<Violation> violations(boolean packed, DeviceFactory factory) {
        Objects.requireNonNull(factory, "factory");
        List<Violation> wrong = new ArrayList<>();
        for (DeviceAttack attack : packed ? packed() : split()) {
            wrong.addAll(run(attack, packed, VirtioFeatures.INDIRECT_DESC, factory));
        }
        wrong.addAll(run(indirectNotNegotiated(packed), packed, 0, factory));
        return wrong;
    }

    /** Runs the attacks on packed rings with EVENT_IDX: a driver that asks for an event where there is no slot. */
    static List<Violation> events(DeviceFactory factory) {
        List<Violation> wrong = new ArrayList<>();
        for (DeviceAttack attack : PackedAttacks.events(SIZE)) {
            wrong.addAll(run(attack, true, VirtioFeatures.EVENT_IDX, factory));
        }
        return wrong;
    }

    /** As {@link #violations}, for a half that has no INDIRECT_DESC: without the attacks that have a table. */
    public static List<Violation> direct(boolean packed, DeviceFactory factory) {
        Objects.requireNonNull(factory, "factory");
        List<Violation> wrong = new ArrayList<>();
        for (DeviceAttack attack : packed ? packed() : split()) {
            String name = attack.name();
            if (!name.contains("table") && !name.contains("INDIRECT") && !name.contains("indirect")) {
                wrong.addAll(run(attack, packed, 0, factory));
            }
        }
        wrong.addAll(run(indirectNotNegotiated(packed), packed, 0, factory));
        return wrong;
    }

    /** Serves what the half pops; where the ring is legal it must be what the ring holds. */
    private static int serve(
            DeviceQueue device, ConfinedMemory confined, List<InFlightBuffer> exposed, AttackNotes notes) {
        EchoDevice echo = new EchoDevice();
        List<BufferChain> popped = new ArrayList<>();
        for (int i = 0; i < 4 * SIZE; i++) {
            BufferChain chain = new BufferChain();
            if (!device.pop(chain)) {
                break;
            }
            if (leavesRam(chain)) {
                notes.must(Rule.S15, i, "takes an element that does not lie in RAM");
                return popped.size();
            }
            if (i < exposed.size() && !exposed.get(i).sameAs(chain)) {
                notes.must(
                        Rule.S16,
                        i,
                        "takes other elements than the ring holds:" + InFlightBuffer.shape(chain) + ", not"
                                + exposed.get(i).shape());
            }
            popped.add(chain);
        }
        for (BufferChain chain : popped) {
            device.complete(chain.token(), echo.serve(confined.view(), chain));
        }
        long stores = confined.stores();
        device.publish();
        if (device.error() != null && confined.stores() != stores) {
            notes.must(Rule.F16, confined.stores() - stores, "publishes after it stopped");
        }
        device.interruptNeeded();
        return popped.size();
    }

    private static boolean leavesRam(BufferChain chain) {
        for (int i = 0; i < chain.count(); i++) {
            if (chain.address(i) < 0 || chain.address(i) > AttackRing.RAM_BYTES - chain.length(i)) {
                return true;
            }
        }
        return false;
    }

    private static void judge(DeviceAttack attack, DeviceQueue device, int served, AttackNotes notes) {
        RingError error = device.error();
        Rule expected = attack.expected();
        if (attack.expected() == null && error != null) {
            notes.must(error.rule(), error.value(), "refused a legal ring: " + error);
        } else if (attack.expected() != null && error == null) {
            if (attack.mayServe()) {
                notes.habit(attack.expected(), 0, "not noticed");
                return;
            }
            notes.must(attack.expected(), 0, "not noticed");
        } else if (expected != null && error != null && error.rule() != expected) {
            notes.calledOtherwise(expected, error);
        }
        if (served > attack.buffers()) {
            notes.must(
                    attack.expected() == null ? Rule.C3 : attack.expected(),
                    served,
                    "served more buffers than " + attack.buffers());
        } else if (served < attack.buffers()) {
            String few = "served fewer buffers than " + attack.buffers();
            if (attack.expected() == null) {
                notes.must(Rule.C3, served, few);
            } else {
                notes.habit(Rule.C3, served, few);
            }
        }
    }

    /** A new half on a new ring must serve one ordinary buffer. */
    private static void revive(boolean packed, long features, DeviceFactory factory, AttackNotes notes) {
        QueueMode mode = new QueueMode(
                packed,
                false,
                false,
                VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX),
                VirtioFeatures.has(features, VirtioFeatures.IN_ORDER),
                SIZE);
        DriverScript script = new DriverScript(
                mode,
                List.of(
                        DriverScript.Step.submit(List.of(5), List.of(7), false, 1),
                        DriverScript.Step.of(DriverScript.Kind.PUBLISH, 0, 0)));
        RunResult result = ScriptRunner.run(script, io.torosim.virtio.queue.DriverQueue::create, factory);
        if (!result.ok()) {
            notes.must(Rule.F25, 0, "does not work after reset: " + result.violations());
        }
    }

    private DeviceAttacks() {}

    /**
     * A ring as a hostile or a pedantic driver might write it, and what a device half must make of it.
     *
     * @param name what is odd about it
     * @param expected the rule that the device must name when it stops, or null if the ring is legal and must be served
     * @param mayServe whether a device may as well serve it: what is wrong would only show to one that keeps book of what
     *     it need not know
     * @param buffers how many buffers the device must serve: before it stops, or in all
     * @param setup writes the ring
     */
    @SuppressWarnings("exports") // the ring that it spoils is the kit's own
    public record DeviceAttack(
            String name, @Nullable Rule expected, boolean mayServe, int buffers, Consumer<AttackRing> setup) {
        @Override
        public String toString() {
            return name;
        }
    }
}
