package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestFault;
import io.torosim.virtio.RingError;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Malformed rings against a device half: each must end with the queue stopped and the right rule named, with no store
 * outside what the device may write, no exception and no endless work; what is merely odd must be served. Afterwards a
 * fresh half on a fresh ring must work.
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
     * Runs an attack.
     *
     * @param attack the ring
     * @param packed packed or split
     * @param extraFeatures features besides VERSION_1 and RING_PACKED
     * @param factory makes the device half
     * @return what is wrong with the half's behaviour, in words; empty if nothing is
     */
    public static List<String> run(DeviceAttack attack, boolean packed, long extraFeatures, DeviceFactory factory) {
        QueueLayout layout = packed ? QueueLayout.packed(0x1000, SIZE) : QueueLayout.split(0x1000, SIZE);
        long features = VirtioFeatures.VERSION_1 | (packed ? VirtioFeatures.RING_PACKED : 0) | extraFeatures;
        List<String> wrong = new ArrayList<>();
        FlatMemory memory = new FlatMemory(AttackRing.RAM_BYTES);
        attack.setup().accept(new AttackRing(memory, layout));
        ConfinedMemory confined = new ConfinedMemory(memory, Side.DEVICE, ACCESS_LIMIT);
        confined.allow(layout.deviceAddr(), layout.deviceBytes());
        confined.allow(AttackRing.WRITABLE, 0x1000);
        if (packed) {
            confined.allow(layout.descAddr(), layout.descBytes());
        }
        try {
            DeviceQueue device = factory.create(confined.view(), layout, features);
            int served = serve(device, confined);
            judge(attack, device, served, wrong);
            long before = confined.accesses();
            for (int i = 0; i < 3; i++) {
                if (attack.expected() != null && device.pop(new BufferChain())) {
                    wrong.add("F16: goes on after it stopped");
                }
                device.publish();
            }
            if (attack.expected() != null && confined.accesses() != before) {
                wrong.add("F16: " + (confined.accesses() - before) + " accesses after it stopped");
            }
        } catch (RunawayException e) {
            wrong.add("C3: no end in sight: " + e.getMessage());
        } catch (GuestFault e) {
            wrong.add("S15: access outside RAM: " + e.getMessage());
        } catch (RuntimeException e) {
            wrong.add("C3: exception out of the device: " + e);
        }
        confined.escapes().forEach(e -> wrong.add("S15: store outside confinement: " + e));
        revive(packed, features, factory, wrong);
        return wrong;
    }

    /**
     * Runs all attacks on split or on packed rings with INDIRECT_DESC.
     *
     * @throws AssertionError with the name and the outcome of each that went wrong
     */
    public static void verify(boolean packed, DeviceFactory factory) {
        List<String> wrong = new ArrayList<>();
        for (DeviceAttack attack : packed ? packed() : split()) {
            run(attack, packed, VirtioFeatures.INDIRECT_DESC, factory)
                    .forEach(outcome -> wrong.add(attack.name() + ": " + outcome));
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("\n", wrong));
        }
    }

    private static int serve(DeviceQueue device, ConfinedMemory confined) {
        EchoDevice echo = new EchoDevice();
        List<BufferChain> popped = new ArrayList<>();
        for (int i = 0; i < 4 * SIZE; i++) {
            BufferChain chain = new BufferChain();
            if (!device.pop(chain)) {
                break;
            }
            popped.add(chain);
        }
        for (BufferChain chain : popped) {
            device.complete(chain.token(), echo.serve(confined.view(), chain));
        }
        device.publish();
        device.interruptNeeded();
        return popped.size();
    }

    private static void judge(DeviceAttack attack, DeviceQueue device, int served, List<String> wrong) {
        RingError error = device.error();
        if (attack.expected() == null && error != null) {
            wrong.add("refused a legal ring: " + error);
        } else if (attack.expected() != null && error == null) {
            wrong.add(attack.expected() + ": not noticed");
        } else if (error != null && error.rule() != attack.expected()) {
            wrong.add(attack.expected() + ": but it says " + error);
        }
        if (served != attack.buffers()) {
            wrong.add((served > SIZE ? "A2" : "C3") + ": served " + served + " buffers, not " + attack.buffers());
        }
    }

    /** A new half on a new ring must serve one ordinary buffer. */
    private static void revive(boolean packed, long features, DeviceFactory factory, List<String> wrong) {
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
            wrong.add("F25: does not work after reset: " + result.violations());
        }
    }

    private DeviceAttacks() {}
}
