package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.NicCard;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.testkit.FlatMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares network cards: packets of one size arrive at a steady rate at a guest with one vCPU, which receives each and
 * sends an answer of the same size. Everything that the driver does to its card is done to a register-level model and
 * counted; time is the vCPU's. A pure function of its arguments.
 *
 * <p>Not modelled: the host's side beyond the exits (the card moves data for nothing and at once), line rate, halting
 * (an idle vCPU answers an interrupt as fast as a busy one). Frames that arrive while a handler runs are seen when it
 * ends.
 */
public final class NicComparison {
    /** Packet sizes of the standard table, in bytes. */
    public static final List<Integer> SIZES = List.of(64, 256, 512, 1024, 1514);
    /** Packet rates of the standard table, in packets a second. */
    public static final List<Long> RATES = List.of(1_000L, 5_000L, 20_000L, 50_000L, 100_000L);

    private static final long SECOND_PS = 1_000_000_000_000L;
    private static final int MEMORY_BYTES = 1 << 22;

    static Nic create(NicCard card, NicCosts costs) {
        AccessMeter meter = new AccessMeter(costs.access());
        return create(card, meter, meter, frame -> {});
    }

    /**
     * Returns a card of hardware address 52:54:00:00:00:01 that its driver has brought up, with memory of its own.
     *
     * @param meter counts the accesses to the card
     * @param picMeter counts those to the interrupt controller, as port I/O
     * @param wire takes the frames that it sends, within {@link Nic#send}
     */
    public static Nic create(NicCard card, AccessMeter meter, AccessMeter picMeter, FrameSink wire) {
        GuestMemory memory = new FlatMemory(MEMORY_BYTES);
        return switch (card) {
            case VIRTIO_TORO -> new VirtioToroNic(memory, meter, picMeter, wire);
            case VIRTIO_EVENT_IDX -> new VirtioModernNic(memory, meter, wire);
            case E1000 -> new E1000Nic(memory, meter, picMeter, wire);
            case NE2000 -> new Ne2000Nic(meter, picMeter, wire);
        };
    }

    /** Returns the standard table: every card at every size and rate, 2000 packets each. */
    public static List<NicRow> standard(NicCosts costs) {
        List<NicRow> rows = new ArrayList<>();
        for (NicCard card : NicCard.values()) {
            for (int size : SIZES) {
                for (long rate : RATES) {
                    rows.add(run(card, costs, size, rate, 2000));
                }
            }
        }
        return rows;
    }

    /**
     * Measures one card.
     *
     * @param card which
     * @param costs what things cost
     * @param frameBytes size of each frame, in {@code [16, 1514]}
     * @param packetsPerSecond rate of arrivals, at least 1
     * @param packets how many arrive
     */
    public static NicRow run(NicCard card, NicCosts costs, int frameBytes, long packetsPerSecond, int packets) {
        if (frameBytes < 16 || frameBytes > 1514) {
            throw new IllegalArgumentException("frameBytes must be in [16, 1514], frameBytes=" + frameBytes);
        }
        Nic nic = create(card, costs);
        long gap = SECOND_PS / packetsPerSecond;
        long exitsAtStart = nic.meter().exits();
        long now = 0;
        long busy = 0;
        long interrupts = 0;
        long dropped = 0;
        long[] latencies = new long[packets];
        int answered = 0;
        int next = 0;
        long paid = nic.meter().totalPs();
        long copied = nic.copiedBytes();
        while (next < packets || nic.interruptPending()) {
            if (!nic.interruptPending()) {
                now = Math.max(now, next * gap);
            }
            for (; next < packets && next * gap <= now; next++) {
                dropped += nic.arrive(frame(next, frameBytes)) ? 0 : 1;
            }
            if (!nic.interruptPending()) {
                continue;
            }
            interrupts++;
            long start = now;
            now += costs.access().interruptPs();
            for (byte[] frame : nic.handleInterrupt()) {
                now += costs.stackPs();
                boolean sent = nic.send(frame);
                long cost = nic.meter().totalPs() - paid + (nic.copiedBytes() - copied) * costs.copyBytePs();
                paid = nic.meter().totalPs();
                copied = nic.copiedBytes();
                now += cost;
                if (sent) {
                    latencies[answered++] = now - number(frame) * gap;
                }
            }
            now += nic.meter().totalPs() - paid + (nic.copiedBytes() - copied) * costs.copyBytePs();
            paid = nic.meter().totalPs();
            copied = nic.copiedBytes();
            busy += now - start;
        }
        return row(
                card,
                nic,
                frameBytes,
                packetsPerSecond,
                now,
                busy,
                interrupts,
                dropped,
                exitsAtStart,
                Arrays.copyOf(latencies, answered));
    }

    private static NicRow row(
            NicCard card,
            Nic nic,
            int frameBytes,
            long rate,
            long now,
            long busy,
            long interrupts,
            long dropped,
            long exitsAtStart,
            long[] latencies) {
        long answered = Math.max(1, latencies.length);
        Arrays.sort(latencies);
        long sum = Arrays.stream(latencies).sum();
        return new NicRow(
                card.label(),
                frameBytes,
                rate,
                Math.round(latencies.length * 1e12 / Math.max(1, now)),
                dropped,
                busy / answered,
                busy * 1000 / Math.max(1, now),
                (nic.meter().exits() - exitsAtStart) * 1000 / answered,
                interrupts * 1000 / answered,
                nic.copiedBytes() / answered,
                sum / answered,
                latencies.length == 0 ? 0 : latencies[(int) (latencies.length * 99L / 100)]);
    }

    private static byte[] frame(int number, int bytes) {
        byte[] frame = new byte[bytes];
        for (int i = 0; i < 4; i++) {
            frame[i] = (byte) (number >>> 8 * i);
        }
        return frame;
    }

    private static long number(byte[] frame) {
        return frame[0] & 0xff | (frame[1] & 0xff) << 8 | (frame[2] & 0xff) << 16 | (long) (frame[3] & 0xff) << 24;
    }

    private NicComparison() {}
}
