package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How queues are set up, stopped and set up again. */
final class HandshakeQueuesTest extends HandshakeSequences {
    @Test
    void stoppedQueues() {
        String late = ": that the queue has stopped must be read back first, as 0";
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0 44=1")).containsExactly("25 F34 QueueReady (0x44) = 1" + late);
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0 38=8")).containsExactly("25 F34 QueueNum (0x38) = 8" + late);
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0 44 44=1")).isEmpty();
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0 @44=1 44 44=1")).hasSize(1); // it had not stopped
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0")).isEmpty(); // and is not touched again
        assertThat(mmio(4, AGREED + "30=0 44=0 38=8")).isEmpty(); // was never in use
        assertThat(mmio(4, AGREED_ON_RESET + QUEUE + "70=f c0=1 " + QUEUE))
                .containsExactly("27 F34 QueueNum (0x38) = 8" + late);
        assertThat(mmio(4, AGREED_ON_RESET + QUEUE + "70=f c0=1 @c0=1 c0 @c0=0 c0 " + QUEUE))
                .isEmpty();
        assertThat(mmio(4, AGREED + QUEUE + "70=f c0=1"))
                .containsExactly(
                        "24 F34 QueueReset (0xc0) = 1: RING_RESET was not accepted: this register is not there");
    }

    @Test
    void ready_isZeroOrOne() {
        String queue = QUEUE.replace("44=1 ", "");
        assertThat(mmio(4, AGREED + queue + "44=2")).containsExactly("22 F22 QueueReady (0x44) = 2: must be 0 or 1");
        assertThat(mmio(4, AGREED + queue + "44=10001 70=f")).hasSize(1);
        assertThat(mmio(4, AGREED + queue + "44=1 70=f")).isEmpty();
    }

    @Test
    void queuesNeverEnabled() {
        String queue = QUEUE.replace("44=1 ", "");
        assertThat(mmio(4, AGREED + queue + "70=f"))
                .containsExactly(
                        "22 F35 queue 0 = 0: its addresses were written, and it is not enabled before DRIVER_OK");
        assertThat(mmio(4, AGREED + QUEUE + queue.replace("30=0", "30=1") + "70=f"))
                .containsExactly(
                        "32 F35 queue 1 = 1: its addresses were written, and it is not enabled before DRIVER_OK");
        assertThat(mmio(4, AGREED + QUEUE + "44=0 70=f")).isEmpty(); // out of use again
        assertThat(mmio(4, AGREED + QUEUE + "30=1 34 38=8 70=f")).isEmpty(); // a size alone puts nothing anywhere
    }

    @Test
    void sizeAboveTheOffer_thatWasNotRead() {
        assertThat(mmio(4, AGREED + "30=0 38=200"))
                .containsExactly("14 S3 QueueNum (0x38) = 200: must be a power of two in [1, 256]");
        assertThat(mmio(4, AGREED + "30=0 38=100")).isEmpty();
        assertThat(mmio(4, AGREED + "@34=0 30=0 38=8"))
                .containsExactly("14 S3 QueueNum (0x38) = 8: the device has no such queue");
    }

    @Test
    void queues() {
        String early = ": queues come after FEATURES_OK";
        assertThat(mmio(4, UP_TO_DRIVER + "38=8 80=1000")).containsExactly("5 F1 QueueNum (0x38) = 8" + early);
        assertThat(mmio(4, UP_TO_DRIVER + "80=1000")).containsExactly("5 F1 QueueDesc (0x80) = 1000" + early);
        assertThat(mmio(4, UP_TO_DRIVER + "44=1")).startsWith("5 F1 QueueReady (0x44) = 1" + early);
        assertThat(mmio(4, "70=0 70 a4=1"))
                .containsExactly("3 F1 QueueDevice (0xa4) = 1: queues come after DRIVER and the features");
        assertThat(mmio(4, AGREED + QUEUE + "70=f")).isEmpty();
        assertThat(mmio(4, AGREED + "@34=10 30=0 34 38=10 38=20"))
                .containsExactly("16 S3 QueueNum (0x38) = 20: must be a power of two in [1, 16]");
        assertThat(mmio(4, AGREED + "@34=8000 38=8000 38=10000"))
                .containsExactly("14 S3 QueueNum (0x38) = 10000: must be a power of two in [1, 32768]");
        assertThat(mmio(4, AGREED + "38=1 38=0")).hasSize(1);
        assertThat(mmio(4, AGREED + "@34=0 30=9 34 38=8"))
                .containsExactly("15 S3 QueueNum (0x38) = 8: the device has no such queue");
        String size = ": size and all three addresses are written before the queue is enabled";
        assertThat(mmio(4, AGREED + "30=0 38=8 80=1000 90=1100 44=1"))
                .containsExactly("17 F22 QueueReady (0x44) = 1" + size);
        assertThat(mmio(4, AGREED + QUEUE + "38=4"))
                .containsExactly("23 F22 QueueNum (0x38) = 4: the size is written before the queue is enabled");
        assertThat(mmio(4, AGREED + QUEUE + "90=1100"))
                .containsExactly("23 F22 QueueDriver (0x90) = 1100: addresses are written before the queue is enabled");
        assertThat(mmio(4, AGREED + "30=0 38=8 80=1008 84=0 90=1100 a0=1200 44=1"))
                .containsExactly("19 S1 queue_desc of queue 0 = 1008: must be a multiple of 16");
        assertThat(mmio(4, AGREED + "30=0 38=8 80=1000 84=1 90=1100 a0=1200 44=1"))
                .containsExactly("19 S2 queue_desc of queue 0 = 100001000: 128 bytes must lie in guest memory");
    }

    @Test
    void queuesAgain() {
        String late = ": queues are enabled before DRIVER_OK";
        String second = QUEUE.replace("30=0", "30=1");
        assertThat(mmio(4, AGREED + QUEUE + "70=f " + second)).containsExactly("33 F1 QueueReady (0x44) = 1" + late);
        assertThat(mmio(4, AGREED + QUEUE + "70=f 30=0 44=0 44 " + QUEUE)).isEmpty();
        assertThat(mmio(4, AGREED_ON_RESET + QUEUE + "70=f 30=0 c0=1 c0 " + QUEUE))
                .isEmpty();
        assertThat(mmio(4, AGREED_ON_RESET + QUEUE + "70=f 30=0 c0=0 44=1"))
                .isEmpty(); // it was not reset, and is enabled still
        assertThat(mmio(4, AGREED_ON_RESET + QUEUE + "70=f 30=0 c0=1 c0 44=1"))
                .hasSize(1)
                .allMatch(line -> line.contains(" F22 "));
        assertThat(mmio(4, AGREED + QUEUE + "70=f 44=0 44 44=1")).isEmpty();
        assertThat(mmio(
                        4,
                        AGREED + QUEUE + "70=0 70 70=3 24=1 20=1 70=b 70 30=0 44=1")) // a new life knows no addresses
                .hasSize(1)
                .allMatch(line -> line.contains(" F22 "));
    }

    @Test
    void legacyQueues() {
        String up = "28=1000 70=0 70 70=1 70=3 ";
        assertThat(legacyMmio(up + "30=0 34 38=8 3c=1000 40=2 70=7")).isEmpty();
        assertThat(legacyMmio(up + "30=0 34 38=8 40=2"))
                .containsExactly(
                        "9 F22 QueuePFN (0x40) = 2: GuestPageSize, QueueNum and QueueAlign are written before QueuePFN");
        assertThat(legacyMmio(up + "30=0 34 38=8 3c=1000 40=f"))
                .containsExactly("10 S2 queue_device of queue 0 = 10000: 70 bytes must lie in guest memory");
        assertThat(legacyMmio(up + "30=0 34 38=8 3c=200 40=f")).isEmpty(); // another alignment: not computed here
        assertThat(legacyMmio(up + "70=7 30=0 38=8 3c=1000 40=2"))
                .containsExactly("10 F1 QueuePFN (0x40) = 2: queues are set up before DRIVER_OK");
        assertThat(legacyMmio(up + "30=0 38=8 3c=1000 40=2 70=7 40=0 40=3")).isEmpty(); // freed and used again
        assertThat(legacyMmio(up + "30=0 38=8 3c=1000 40=2 70=7 40=3 40=0")).isEmpty();
        assertThat(legacyMmio(up + "30=0 38=8 3c=1000 40=2 24=0 20=1 20=1"))
                .startsWith("11 F1 GuestFeatures (0x20) = 1: features come before the queues and DRIVER_OK");
        assertThat(legacyMmio(up + "70=7 24=0 20=1"))
                .containsExactly("8 F1 GuestFeatures (0x20) = 1: features come before the queues and DRIVER_OK");
        assertThat(legacyMmio(up + "70=b"))
                .containsExactly("6 L5 Status (0x70) = b: the legacy interface has no FEATURES_OK");
        assertThat(legacyMmio(up + "24=1 20=1 70=7"))
                .containsExactly("8 L5 features at Status (0x70) = 100000000: the legacy interface has 32 features");
    }
}
