package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.List;
import java.util.function.Consumer;

/**
 * Calls that a half's caller may not make: each must leave ring and half as they were, so that an ordinary buffer still
 * goes round. That the half throws {@link IllegalArgumentException} (or {@link IllegalStateException}) is
 * {@link Verdict#IMPLEMENTATION}: a half may as well answer that there is no room.
 */
final class MisuseCalls {
    private static final long DATA = 0x8000;

    /** Misuses a driver half in a mode; returns what was wrong (rule C4). */
    public static List<Violation> driver(QueueMode mode, DriverFactory factory) {
        AttackNotes notes = new AttackNotes(Side.DRIVER, "misuse of a driver half, " + mode);
        if (!proper(mode, factory, DeviceQueue::create, notes)) {
            return notes.violations();
        }
        misuse(mode, factory, DeviceQueue::create, notes, "add of a buffer without elements", rig -> {
            rig.chain.clear();
            expectNoRoom(rig.driver.add(rig.chain));
        });
        misuse(mode, factory, DeviceQueue::create, notes, "add of more elements than the queue has", rig -> {
            rig.chain.clear();
            for (int i = 0; i <= mode.size(); i++) {
                rig.chain.addReadable(DATA + i, 1);
            }
            expectNoRoom(rig.driver.add(rig.chain));
        });
        misuse(mode, factory, DeviceQueue::create, notes, "add of more than 2^32 bytes", rig -> {
            if (mode.size() < 2) {
                throw new IllegalArgumentException("does not fit anyway");
            }
            rig.chain.clear();
            rig.chain.addReadable(DATA, 0xffff_ffffL);
            rig.chain.addReadable(DATA, 2);
            expectNoRoom(rig.driver.add(rig.chain));
        });
        if (!mode.indirect()) {
            misuse(mode, factory, DeviceQueue::create, notes, "addIndirect without INDIRECT_DESC", rig -> {
                rig.chain.clear();
                rig.chain.addReadable(DATA, 4);
                expectNoRoom(rig.driver.addIndirect(rig.chain, 0x7000));
            });
        }
        return notes.violations();
    }

    /** Misuses a device half in a mode; returns what was wrong (rule C4). */
    public static List<Violation> device(QueueMode mode, DeviceFactory factory) {
        AttackNotes notes = new AttackNotes(Side.DEVICE, "misuse of a device half, " + mode);
        if (!proper(mode, DriverQueue::create, factory, notes)) {
            return notes.violations();
        }
        misuse(mode, DriverQueue::create, factory, notes, "complete of a token that never was", rig -> {
            rig.device.complete(mode.size() - 1, 0);
            throw new Unnoticed();
        });
        misuse(mode, DriverQueue::create, factory, notes, "complete of token -1", rig -> {
            rig.device.complete(-1, 0);
            throw new Unnoticed();
        });
        misuse(mode, DriverQueue::create, factory, notes, "complete of one buffer twice", rig -> {
            int token = rig.roundTrip(notes);
            rig.device.complete(token, 0);
            throw new Unnoticed();
        });
        misuse(mode, DriverQueue::create, factory, notes, "complete with more bytes than there are", rig -> {
            rig.chain.clear();
            rig.chain.addWritable(DATA + 64, 4);
            rig.driver.add(rig.chain);
            rig.driver.publish();
            rig.device.pop(rig.chain);
            int token = rig.chain.token();
            boolean noticed = false;
            try {
                rig.device.complete(token, 5);
            } catch (IllegalArgumentException | IllegalStateException e) {
                noticed = true;
                rig.device.complete(token, 0);
            }
            rig.device.publish();
            rig.driver.poll(new UsedBuffer());
            if (!noticed) {
                throw new Unnoticed();
            }
        });
        return notes.violations();
    }

    /** Buffers that are written in full, in part and not at all: what is wrong without any misuse has its own rule. */
    private static boolean proper(QueueMode mode, DriverFactory driver, DeviceFactory device, AttackNotes notes) {
        try {
            return goesRound(mode, driver, device, notes);
        } catch (Throwable e) {
            notes.thrown(Rule.C3, "without any misuse: ", e);
            return false;
        }
    }

    private static boolean goesRound(QueueMode mode, DriverFactory driver, DeviceFactory device, AttackNotes notes) {
        Rig rig = new Rig(mode, driver, device);
        for (int written = 4; written >= 0; written -= 2) {
            rig.chain.clear();
            rig.chain.addWritable(DATA, 4);
            rig.driver.add(rig.chain);
            rig.driver.publish();
            if (rig.device.pop(rig.chain)) {
                for (int i = 0; i < written; i++) {
                    rig.checker.deviceView().store8(DATA + i, 7);
                }
                rig.device.complete(rig.chain.token(), written);
                rig.device.publish();
                rig.driver.poll(new UsedBuffer());
            }
        }
        for (Violation violation : rig.checker.violations()) {
            if (violation.verdict() == Verdict.MUST) {
                notes.must(
                        violation.rule(),
                        violation.error().value(),
                        "without any misuse: " + violation.error().place() + ": "
                                + violation.error().detail());
                return false;
            }
        }
        return true;
    }

    /** The half has said nothing. */
    private static final class Unnoticed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Rig {
        final GuestMemory memory = new FlatMemory(0x10000);
        final BufferChain chain = new BufferChain();
        final VirtqueueChecker checker;
        final DriverQueue driver;
        final DeviceQueue device;

        Rig(QueueMode mode, DriverFactory driverFactory, DeviceFactory deviceFactory) {
            QueueLayout layout = mode.layout(0x1000);
            checker = new VirtqueueChecker(memory, layout, mode.features());
            checker.operationLimit(100_000);
            driver = driverFactory.create(checker.driverView(), layout, mode.features());
            device = deviceFactory.create(checker.deviceView(), layout, mode.features());
            checker.begin();
        }

        /** An ordinary buffer; returns its token. */
        int roundTrip(AttackNotes notes) {
            chain.clear();
            chain.addWritable(DATA, 4);
            int id = driver.add(chain);
            driver.publish();
            BufferChain popped = new BufferChain();
            UsedBuffer used = new UsedBuffer();
            boolean came = device.pop(popped);
            if (came) {
                checker.deviceView().store32(DATA, 7);
                device.complete(popped.token(), 4);
                device.publish();
            }
            if (!came || !driver.poll(used) || used.id() != id || used.lengthBytes() != 4) {
                notes.must(Rule.C4, id, "an ordinary buffer does not go round any more");
            }
            return popped.token();
        }
    }

    private static void expectNoRoom(int id) {
        if (id >= 0) {
            throw new Unnoticed();
        }
    }

    private static void misuse(
            QueueMode mode,
            DriverFactory driver,
            DeviceFactory device,
            AttackNotes notes,
            String what,
            Consumer<Rig> call) {
        try {
            Rig rig = new Rig(mode, driver, device);
            boolean noticed = true;
            try {
                call.accept(rig);
            } catch (Unnoticed e) {
                noticed = false;
            } catch (IllegalArgumentException | IllegalStateException e) {
                // as the interfaces say
            } catch (RuntimeException | AssertionError e) {
                notes.habit(Rule.C4, 0, "is refused by chance: " + what + ": " + e);
            }
            rig.driver.publish();
            rig.device.publish();
            if (!noticed) {
                notes.habit(Rule.C4, 0, "is not refused: " + what);
                if (rig.checker.broken() || rig.checker.inFlight() > 0) {
                    return; // it did as it was told
                }
            }
            rig.checker.operationDone();
            rig.roundTrip(notes);
            for (Violation violation : rig.checker.violations()) {
                if (violation.verdict() == Verdict.MUST) {
                    notes.must(Rule.C4, violation.error().value(), what + ": " + violation.error());
                    break;
                }
            }
        } catch (Throwable e) {
            notes.thrown(Rule.C4, what + ": ", e);
        }
    }

    private MisuseCalls() {}
}
