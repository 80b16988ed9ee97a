package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The last look after a driver has said from where on it wants to hear, where the device's index wraps between wish and look: queues that begin just
 * below the wrap, whose device is the test.
 */
final class WishesAtTheWrapTest {
    private static final int SIZE = 256;
    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final Machine machine =
            Machine.create(MachineSpec.builder().ramMib(32).build());
    private final KernelHeap heap = new KernelHeap(machine, MemQuirk.repaired());
    private final DriverCosts costs = DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine));
    private final GuestCpu cpu = new GuestCpu(machine.vcpu(0));

    WishesAtTheWrapTest() {
        cpu.checkAccesses(true); // every entry by itself
    }

    private EventIndexQueue queue(int index) {
        QueueLayout layout = QueueLayout.split(heap.get(0, 16_384), SIZE);
        EventIndexQueue queue =
                new EventIndexQueue(0, layout, machine.memory(), heap.get(0, 64), heap.get(0, 1 << 20), 400);
        queue.availableIndex = index;
        queue.notifiedIndex = index;
        queue.lastUsedIndex = index;
        queue.seenUsedIndex = index;
        queue.used.store16(USED_INDEX, index);
        return queue;
    }

    /** Executes a routine; after the entry whose name begins so the device acts. Returns the names of all entries that took time. */
    private List<String> execute(GuestCode routine, String entry, Runnable device) {
        CodeRun run = new CodeRun(cpu, routine);
        run.begin();
        List<String> places = new ArrayList<>();
        while (run.next() != StepResult.DONE) {
            String place = run.place();
            places.add(place.substring(place.indexOf(": ") + 2));
            if (places.get(places.size() - 1).startsWith(entry)) {
                device.run();
            }
        }
        return places;
    }

    /** The last frame with the index 65,535 has been seen; the next one comes between the wish and the last look. */
    @Test
    void aFrameBetweenWishAndLook_isSeen_byTheHandler() {
        EventIndexQueue rx = queue(0xffff);
        rx.lend(0, 1, heap.get(0, 2048));
        rx.used.store64((int) SplitRing.usedSlot(0, 0xffff & SIZE - 1), 72L << 32);
        EventIndexHandler handler = new EventIndexHandler(rx, heap, costs);
        List<Long> packets = new ArrayList<>();
        handler.receiver(new GuestCode() {
            @Override
            public String name() {
                return "keep";
            }

            @Override
            public int words() {
                return 1;
            }

            @Override
            public String entryName(int entry) {
                return "keep";
            }

            @Override
            public long run(GuestCpu on, Frame frame) {
                packets.add(frame.w[NetDriver.PACKET]);
                return StepResult.RETURN;
            }
        });
        int[] wishes = {0};
        List<String> places = execute(handler, "write used_event: ", () -> {
            if (wishes[0]++ == 0) {
                rx.used.store16(USED_INDEX, 0);
            }
        });
        assertThat(packets).hasSize(1);
        assertThat(rx.lastUsedIndex).isZero();
        assertThat(places.stream().filter(p -> p.equals("read used.idx once more")))
                .hasSize(2);
    }

    @Test
    void aFrameBetweenWishAndLook_isSeen_atTheEndOfPolling() {
        EventIndexQueue rx = queue(0xffff);
        NapiComplete complete = new NapiComplete(rx, costs);
        execute(complete, "mfence", () -> rx.used.store16(USED_INDEX, 0));
        assertThat(complete.more).isTrue();
        execute(complete, "mfence", () -> rx.used.store16(USED_INDEX, 0xffff));
        assertThat(complete.more).isFalse();
    }

    /**
     * 300 packets, 238 of which leave less room than another might need: the wish is three quarters of these ahead. The device has sent so many when
     * the driver looks for the last time; past the wish it goes on, else it stops.
     */
    @ParameterizedTest
    @CsvSource({"65_400, 179, true", "65_400, 178, false", "65_300, 200, true", "65_300, 5, false", "1_000, 179, true"})
    void packetsSentBetweenWishAndLook_areTakenBackIfTheWishIsPassed(String from, int sent, boolean passed) {
        int first = Integer.parseInt(from.replace("_", ""));
        EventIndexQueue tx = queue(first);
        for (int i = 0; i < SIZE; i++) {
            tx.used.store64((int) SplitRing.usedSlot(0, first + i & SIZE - 1), i); // in order
        }
        Qdisc qdisc = new Qdisc();
        for (int i = 0; i < 300; i++) {
            qdisc.add(tx.takeArea(), 60);
        }
        qdisc.running = true;
        List<Integer> wishes = new ArrayList<>();
        execute(new NapiTransmit(tx, qdisc, costs), "write used_event", () -> {
            wishes.add(tx.available.load16(tx.usedEvent));
            tx.used.store16(USED_INDEX, first + sent & 0xffff);
        });
        assertThat(wishes).first().isEqualTo(first + 238 * 3 / 4 & 0xffff);
        assertThat(tx.lastUsedIndex).isEqualTo(passed ? first + sent & 0xffff : first);
        assertThat(qdisc.isEmpty()).isEqualTo(passed);
        assertThat(qdisc.stopped).isEqualTo(!passed);
        assertThat(qdisc.running).isFalse();
    }
}
