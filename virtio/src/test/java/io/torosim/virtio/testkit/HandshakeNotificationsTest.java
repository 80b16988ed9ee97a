package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Notifications and acknowledged interrupts. */
final class HandshakeNotificationsTest extends HandshakeSequences {
    @Test
    void notifications() {
        String live = AGREED + QUEUE + "70=f ";
        assertThat(mmio(4, AGREED + QUEUE + "50=0"))
                .containsExactly("23 F4 QueueNotify (0x50) = 0: no notification before DRIVER_OK");
        assertThat(mmio(4, live + "50=0")).isEmpty();
        assertThat(mmio(4, live + "50=ffff"))
                .containsExactly("24 F35 QueueNotify (0x50) = ffff: must be the number of an enabled queue");
        assertThat(mmio(4, live + "44=0 44 50=0"))
                .containsExactly("26 F35 QueueNotify (0x50) = 0: must be the number of an enabled queue");
        assertThat(mmio(4, live.replace("20=1 ", "20=81 ") + "50=7")).isEmpty(); // NOTIF_CONFIG_DATA
        assertThat(mmio(4, live + "50=10000"))
                .containsExactly(
                        "24 N17 QueueNotify (0x50) = 10000: must be the queue's number alone: NOTIFICATION_DATA was not"
                                + " accepted");
        String data = live.replace("20=1 ", "20=41 ");
        memory.store16(0x1102, 0x8003);
        assertThat(mmio(4, data + "50=80030000")).isEmpty();
        assertThat(mmio(4, data + "50=30000"))
                .containsExactly("24 N17 QueueNotify (0x50) = 30000: bits 16 to 31 must be 0x8003");
        assertThat(mmio(4, data + "50:2=0"))
                .containsExactly("24 N17 QueueNotify (0x50) = 0: NOTIFICATION_DATA takes 32 bits, not 16");
        assertThat(mmio(4, data + "50=80030001"))
                .containsExactly(
                        "24 N17 QueueNotify (0x50) = 80030001: bits 0 to 15 must be the number of an enabled queue");
        assertThat(mmio(4, live + "50:4=0")).isEmpty(); // MMIO has words only
        assertThat(mmio(4, live.replace("20=1 ", "20=c1 ") + "50=7"))
                .isEmpty(); // NOTIF_CONFIG_DATA names queues itself
    }

    @Test
    void notificationsOfPackedRings() {
        String packed = (AGREED + QUEUE + "70=f ").replace("20=1 ", "20=45 ").replace("38=8", "38=3");
        int[][] rings = { // AVAIL of each slot, next available
            {0, 0, 0, 0x8000}, {1, 0, 0, 0x8001}, {1, 1, 0, 0x8002}, {1, 1, 1, 0}, {0, 1, 1, 1}, {0, 0, 1, 2}
        };
        for (int[] ring : rings) {
            for (int slot = 0; slot < 3; slot++) {
                memory.store16(0x1000 + 16 * slot + 14, ring[slot] << 7);
            }
            for (int next : new int[] {0, 1, 2, 3, 0x8000, 0x8001, 0x8002, 0x8003}) {
                List<String> said = mmio(4, packed + "50=" + Long.toHexString((long) next << 16));
                if (next == ring[3]) {
                    assertThat(said).isEmpty();
                } else {
                    assertThat(said)
                            .singleElement()
                            .asString()
                            .endsWith("bits 16 to 31 must be 0x" + Integer.toHexString(ring[3]));
                }
            }
        }
    }

    @Test
    void acknowledgement() {
        assertThat(mmio(4, AGREED + "64=4"))
                .containsExactly("13 F26 InterruptACK (0x64) = 4: bits 0x4 are not defined");
        assertThat(mmio(4, AGREED + "@60=1 60 64=1")).isEmpty();
        assertThat(mmio(4, AGREED + "@60=1 60 64=3"))
                .containsExactly("14 F26 InterruptACK (0x64) = 3: InterruptStatus has not shown bits 0x2");
        assertThat(mmio(4, AGREED + "@60=1 60 64=1 64=1")).hasSize(1); // once more
        assertThat(mmio(4, AGREED + "@60=5 60 64=1")).isEmpty(); // undefined bits are ignored
    }

    @Test
    void acknowledgedBeforeTheRingIsLookedAt() {
        for (boolean late : new boolean[] {false, true}) {
            for (boolean again : new boolean[] {false, true}) {
                start(4, 2);
                HandshakeChecker checker = HandshakeChecker.mmio(device).memory(memory);
                io.torosim.core.memory.GuestMemory view = checker.memoryView();
                RegisterSpace registers = checker.registers();
                for (String step : (IDENTIFIED + AGREED + QUEUE + "70=f").trim().split(" +")) {
                    play(registers, step);
                }
                values.put(0x60, 1L);
                registers.read(0x60, 4);
                if (late) {
                    view.load16(0x1202);
                }
                registers.write(0x64, 4, 1);
                if (again) {
                    view.load16(0x1202);
                }
                checker.end();
                assertThat(checker.violations()).hasSize(late && !again ? 1 : 0).allMatch(v -> v.toString()
                        .contains("F27"));
            }
        }
    }
}
