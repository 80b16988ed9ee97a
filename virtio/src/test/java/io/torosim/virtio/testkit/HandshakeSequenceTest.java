package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.transport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Short sequences of accesses, and word for word what the handshake checker says of them. {@code 70=3} writes a register
 * of 4 bytes, {@code 70} reads it, {@code 50:2=0} writes one of 2 bytes, {@code @34=10} lets the device have a value there;
 * all in hexadecimal. Each begins with reads of MagicValue, Version and DeviceID, which are not counted, unless it begins with {@code !}.
 */
class HandshakeSequenceTest {
    private static final String UP_TO_DRIVER = "70=0 70 70=1 70=3 ";
    private static final String FEATURES = "@10=ffffffff 14=0 10 14=1 10 ";
    private static final String AGREED = UP_TO_DRIVER + FEATURES + "24=1 20=1 70=b 70 ";
    private static final String AGREED_ON_RESET = AGREED.replace("20=1 ", "20=101 ");
    private static final String IDENTIFIED = "0 4 8 ";
    private static final String QUEUE = "30=0 34 38=8 80=1000 84=0 90=1100 94=0 a0=1200 a4=0 44=1 ";

    private final TreeMap<Integer, Long> values = new TreeMap<>();
    private final FlatMemory memory = new FlatMemory(1 << 16);

    private final RegisterSpace device = new RegisterSpace() {
        @Override
        public long read(int offset, int widthBytes) {
            return values.getOrDefault(offset, 0L);
        }

        @Override
        public void write(int offset, int widthBytes, long value) {
            if (offset == 0x70 && !values.containsKey(-1)) {
                values.put(offset, value);
            }
        }
    };

    private List<String> mmio(int deviceId, String script) {
        start(deviceId, 2);
        return run(HandshakeChecker.mmio(device).memory(memory), script);
    }

    private List<String> legacyMmio(String script) {
        start(2, 1);
        return run(HandshakeChecker.legacyMmio(device).memory(memory), script);
    }

    private void start(int deviceId, int version) {
        values.clear();
        values.put(0, 0x74726976L);
        values.put(4, (long) version);
        values.put(8, (long) deviceId);
        values.put(0x34, 256L);
    }

    private void play(RegisterSpace registers, String step) {
        String[] sides = step.split("=");
        String[] place = sides[0].replace("@", "").split(":");
        int offset = Integer.parseInt(place[0], 16);
        int width = place.length > 1 ? Integer.parseInt(place[1]) : 4;
        long value = sides.length > 1 ? Long.parseLong(sides[1], 16) : 0;
        if (step.startsWith("@")) {
            values.put(offset, value);
        } else if (sides.length > 1) {
            registers.write(offset, width, value);
        } else {
            registers.read(offset, width);
        }
    }

    private List<String> run(HandshakeChecker checker, String script) {
        RegisterSpace registers = checker.registers();
        boolean bare = script.startsWith("!");
        for (String step :
                (bare ? script.substring(1) : IDENTIFIED + script).trim().split(" +")) {
            play(registers, step);
        }
        checker.end();
        List<String> said = new ArrayList<>();
        checker.violations()
                .forEach(v -> said.add(v.access() - (bare ? 0 : 3) + " " + v.rule() + " "
                        + v.error().place() + " = " + Long.toHexString(v.error().value()) + ": "
                        + v.error().detail()));
        return said;
    }

    @Test
    void identity() {
        String first = ": MagicValue, Version and DeviceID are read first";
        assertThat(mmio(4, "!70=0")).containsExactly("1 F32 Status (0x70) = 0" + first);
        assertThat(mmio(4, "!0 4 70=0 70")).containsExactly("3 F32 Status (0x70) = 0" + first);
        assertThat(mmio(4, "!0 8 4 70=0 70"))
                .containsExactly("2 F32 DeviceID (0x8) = 4: MagicValue and Version are read first");
        assertThat(mmio(4, "!4 0 8 70=0 70")).isEmpty(); // in either order
        assertThat(mmio(4, "!0 4 8 c 70=0 70 70=0 70")).isEmpty(); // once for all lives
        assertThat(mmio(4, "!0:1 1:1 2:1 3:1 4 8 70=0 70")) // what each of them returns says nothing of the device
                .hasSize(4)
                .allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(4, "!0 c 4 8")).containsExactly("2 F32 VendorID (0xc) = 0" + first);
        String alone = ": a device with another MagicValue or Version, or DeviceID 0, is left alone";
        assertThat(mmio(4, "!@0=74726977 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(mmio(4, "!@4=1 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(mmio(0, "!0 4 8 c")).containsExactly("4 F32 VendorID (0xc) = 0" + alone);
        assertThat(mmio(0, "!0 4 8")).isEmpty(); // and goes away
        assertThat(mmio(4, "!@4=1 0 4")).isEmpty();
        assertThat(legacyMmio("!0 4 8 70=0 70")).isEmpty();
        assertThat(legacyMmio("!@4=2 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(legacyMmio("!28=1000")).containsExactly("1 F32 GuestPageSize (0x28) = 1000" + first);
    }

    @Test
    void widthsAndDirections() {
        String wide = ": must be accessed by 32 bits, aligned, not by ";
        assertThat(mmio(4, "70:1")).containsExactly("1 F33 Status (0x70) = 0" + wide + "8");
        assertThat(mmio(4, AGREED + "30:2=0")).containsExactly("13 F33 QueueSel (0x30) = 0" + wide + "16");
        assertThat(mmio(4, AGREED + "80:8=1000")).containsExactly("13 F33 QueueDesc (0x80) = 1000" + wide + "64");
        assertThat(mmio(4, AGREED + "80=1000 84=0")).isEmpty();
        assertThat(mmio(4, "62:4")).containsExactly("1 F33 InterruptStatus (0x62) = 0" + wide + "32");
        assertThat(mmio(4, AGREED + QUEUE + "70=f 50:2=0"))
                .containsExactly("24 F33 QueueNotify (0x50) = 0" + wide + "16");
        assertThat(legacyMmio("34:2")).containsExactly("1 F33 QueueNumMax (0x34) = 100" + wide + "16");
        assertThat(mmio(4, "18")).containsExactly("1 F33 reserved (0x18) = 0: there is no such register");
        assertThat(mmio(4, "28=1000")).containsExactly("1 F33 reserved (0x28) = 1000: there is no such register");
        assertThat(legacyMmio("28=1000")).isEmpty(); // where it is one
        assertThat(mmio(4, "30")).containsExactly("1 F33 QueueSel (0x30) = 0: must not be read");
        assertThat(mmio(4, "60=0")).containsExactly("1 F33 InterruptStatus (0x60) = 0: must not be written");
        assertThat(mmio(4, "44 70 c0 ac=0 b0 bc")).isEmpty(); // both ways, and shared memory
        assertThat(mmio(1, "fc 100:1 101:1 102:1 103:1 104:1 105:1 fc 106:2 108:2 10a:2 10c 110:1 111:1 112:2 114"))
                .isEmpty();
        assertThat(mmio(1, "106:1"))
                .containsExactly("1 F33 Config (0x106) = 0: this field is accessed by 16 bits, not by 8");
        assertThat(mmio(1, "106")).hasSize(1);
        assertThat(mmio(2, AGREED + "fc 100 104 fc 108 110:2 112:1 118:1 11a:2 11c 120:1 122:2 124 138:1 13c 144"))
                .isEmpty();
        assertThat(mmio(2, "118"))
                .containsExactly("1 F33 Config (0x118) = 0: this field is accessed by 8 bits, not by 32");
        assertThat(mmio(3, "100:2 102:2 104 108=41")).hasSize(1).allMatch(line -> line.contains(" F20 "));
        assertThat(mmio(3, "100")).hasSize(1).allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(19, "fc 100:8 fc")).hasSize(1).allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(4, "100:1 100:2 100")).isEmpty(); // has no fields that are known here
    }

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
    void banks() {
        String selected = ": the bank must be selected first";
        assertThat(mmio(4, "70=0 70 70=1 70=3 10")).containsExactly("5 F36 DeviceFeatures (0x10) = 0" + selected);
        assertThat(mmio(4, "70=0 70 70=1 70=3 20=0")).containsExactly("5 F36 DriverFeatures (0x20) = 0" + selected);
        assertThat(mmio(4, "70=0 70 70=1 70=3 14=0 10 24=0 20=0")).isEmpty();
        assertThat(mmio(4, "14=0 10 70=0 70 70=1 70=3 10")).hasSize(1); // another life
        assertThat(legacyMmio("70=0 70 70=1 70=3 20=0")).hasSize(1);
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
    void reset() {
        assertThat(mmio(4, "70=1")).containsExactly("1 F1 Status (0x70) = 1: a device is reset first, by a write of 0");
        assertThat(mmio(4, "70=0 70=1"))
                .containsExactly("2 F6 Status (0x70) = 1: after a reset the status must first read 0");
        assertThat(mmio(4, "70=0 14=0"))
                .containsExactly("2 F6 DeviceFeaturesSel (0x14) = 0: after a reset the status must first read 0");
        assertThat(mmio(4, "70=0 64=1 70 70=0 70")).isEmpty(); // an interrupt is acknowledged; a second reset
        assertThat(mmio(4, "70=0 70=1 70=0 70=1")).hasSize(2); // each life anew
    }

    @Test
    void status() {
        String first = "70=0 70 ";
        assertThat(mmio(4, first + "70=2")).containsExactly("3 F1 Status (0x70) = 2: ACKNOWLEDGE comes before DRIVER");
        assertThat(mmio(4, first + "70=3")).isEmpty();
        assertThat(mmio(4, first + "70=1 70=3 70=7"))
                .containsExactly("5 F1 Status (0x70) = 7: FEATURES_OK comes before DRIVER_OK, by a write of its own");
        assertThat(mmio(4, first + "70=1 70=b"))
                .containsExactly(
                        "4 F1 Status (0x70) = b: DRIVER, then the features, then FEATURES_OK, each by a write of its own");
        assertThat(mmio(4, first + "70=1 70=9 70 70=f"))
                .startsWith(
                        "4 F1 Status (0x70) = 9: DRIVER, then the features, then FEATURES_OK, each by a write of its own");
        assertThat(legacyMmio(first + "70=1 70=7"))
                .containsExactly("4 F1 Status (0x70) = 7: DRIVER comes before DRIVER_OK, by a write of its own");
        assertThat(mmio(4, AGREED + "70=8"))
                .containsExactly("13 F2 Status (0x70) = 8: bits 0x3 must stay set until a reset");
        assertThat(mmio(4, AGREED + "70=8b 70=8b")).isEmpty();
        assertThat(mmio(4, AGREED + "70=8b 70=8f"))
                .containsExactly("14 F2 Status (0x70) = 8f: FAILED must be followed by a reset before anything else");
        assertThat(mmio(4, AGREED + "70=8b 38=8 80=1000"))
                .startsWith("14 F2 QueueNum (0x38) = 8: FAILED must be followed by a reset before anything else")
                .allMatch(line -> line.contains(" F2 "));
        assertThat(mmio(4, AGREED + "@70=4b 70=4b")).isEmpty(); // NEEDS_RESET is the device's own
    }

    @Test
    void agreement() {
        String asked = UP_TO_DRIVER + FEATURES + "24=1 20=1 70=b ";
        assertThat(mmio(4, asked + "70=f"))
                .containsExactly("12 F10 Status (0x70) = f: FEATURES_OK must be read back first");
        assertThat(mmio(4, asked + "30=0 38=8"))
                .containsExactly("13 F10 QueueNum (0x38) = 8: FEATURES_OK must be read back first");
        String refused = asked + "@70=3 70 ";
        String after = ": the device has refused the features: FAILED or a reset must follow";
        assertThat(mmio(4, refused + "70=f")).containsExactly("13 F10 Status (0x70) = f" + after);
        assertThat(mmio(4, refused + "20=0")).containsExactly("13 F10 DriverFeatures (0x20) = 0" + after);
        assertThat(mmio(4, refused + "38=8")).containsExactly("13 F10 QueueNum (0x38) = 8" + after);
        assertThat(mmio(4, refused))
                .containsExactly("12 F10 status = b: the device has refused the features: FAILED must follow");
        assertThat(mmio(4, refused + "70=83")).isEmpty();
        assertThat(mmio(4, refused + "70=0 70")).isEmpty();
    }

    @Test
    void features() {
        String bits = "24=0 20=";
        String high = " 24=1 20=1 70=b 70";
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + bits + "80000000" + high))
                .containsExactly(
                        "13 F12 features at Status (0x70) = 180000000: bits 0x80000000 are unknown, reserved or of another interface");
        assertThat(mmio(4, UP_TO_DRIVER + "14=0 10 14=1 @10=1 10 " + bits + "20000000" + high))
                .containsExactly(
                        "13 F7 features at Status (0x70) = 120000000: bits 0x20000000 were not seen to be offered");
        assertThat(mmio(4, UP_TO_DRIVER + "14=1 @10=1 10 " + bits + "20000000" + high))
                .containsExactly(
                        "11 F7 features at Status (0x70) = 120000000: bits 0x20000000 were not seen to be offered");
        assertThat(mmio(1, UP_TO_DRIVER + FEATURES + bits + "800" + high))
                .containsExactly(
                        "13 NET12 features at Status (0x70) = 100000800: bits 0x800 need others that are missing");
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + "70=b 70"))
                .containsExactly("9 F13 features at Status (0x70) = 0: VERSION_1 must be accepted");
        assertThat(mmio(4, AGREED + "20=1 24=0 20=10000000"))
                .containsExactly(
                        "15 F11 DriverFeatures (0x20) = 10000000: features stay what they were at FEATURES_OK: 0x100000000");
        assertThat(mmio(4, "70=0 70 70=1 24=0 20=0"))
                .containsExactly("5 F1 DriverFeatures (0x20) = 0: features come after DRIVER");
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + "24=2 20=0 20=1"))
                .containsExactly("11 F12 DriverFeatures (0x20) = 1: bits from 64 on are reserved");
        assertThat(mmio(2, UP_TO_DRIVER + FEATURES + bits + "1" + high))
                .singleElement()
                .asString()
                .contains(" F12 ");
        assertThat(legacyMmio(UP_TO_DRIVER + FEATURES + bits + "81 70=7")).isEmpty(); // BARRIER and SCSI were legacy's
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + bits + "ffffff" + high)).isEmpty(); // a type not known here
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + "24=1 20=fffc0001 70=b 70"))
                .isEmpty(); // bits 50 to 63
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + "24=1 20=20001 70=b 70")).hasSize(1); // bit 49
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

    @Test
    void configuration() {
        String open = ": the generation must be read again after the field";
        assertThat(mmio(2, "fc @100=12345678 @104=9a 100 104 70=0 70"))
                .containsExactly("4 F18 capacity in config = 9a12345678" + open);
        assertThat(mmio(2, AGREED + "fc @100=5 100 104 70=f")).containsExactly("16 F18 capacity in config = 5" + open);
        assertThat(mmio(2, AGREED + "fc @100=5 100 104")).containsExactly("15 F18 capacity in config = 5" + open);
        assertThat(mmio(2, AGREED + "fc 100 104 fc 70=f")).isEmpty();
        assertThat(mmio(2, "@100=7 104"))
                .containsExactly(
                        "1 F18 capacity in Config (0x100) = 0: the generation must be read before and after a field of more"
                                + " than 32 bits");
        assertThat(mmio(2, "fc 100 104 fc 70=0 70 100")).hasSize(1); // a generation of another life
        assertThat(mmio(2, "108 11c 121:1")).isEmpty(); // fields that are not wide, beside writeback
        String writeback = ": writeback must not be read before FEATURES_OK";
        assertThat(mmio(2, "120:1")).containsExactly("1 B13 Config (0x120) = 0" + writeback);
        assertThat(mmio(2, "11d:4"))
                .containsExactly(
                        "1 F33 Config (0x11d) = 0: this field is accessed by 32 bits, not by 32 that are not aligned",
                        "1 B13 Config (0x11d) = 0" + writeback);
        assertThat(mmio(2, "120:1=1"))
                .containsExactly("1 F20 Config (0x120) = 1: the configuration is not written before FEATURES_OK");
        assertThat(mmio(19, "fc 100 104")).hasSize(1);
        assertThat(mmio(27, "fc 100 104 fc 108")).containsExactly("5 F18 size in config = 0" + open);
        assertThat(mmio(27, "fc 104")).containsExactly("2 F18 start in config = 0" + open);
        assertThat(mmio(4, "100")).isEmpty();
    }

    @Test
    void legacyConfiguration() {
        String twice = ": must be read until two reads of the whole field agree";
        assertThat(legacyMmio("100 104 100 104")).isEmpty();
        assertThat(legacyMmio("100 104 @104=1 100 104"))
                .containsExactly("4 F18 capacity in config = 100000000" + twice);
        assertThat(legacyMmio("100 104 @100=1 100 104 100 104")).isEmpty();
        assertThat(legacyMmio("100 100 104 104")).hasSize(1);
        assertThat(legacyMmio("104 100 100 104")).isEmpty(); // halves in any order
        assertThat(legacyMmio("100 104 100 104 100")).hasSize(1); // begun again
        assertThat(legacyMmio("100:8 100:8")).isEmpty();
        assertThat(legacyMmio("100:8 @100=100000000000000 100:8")).hasSize(1); // the last byte counts
        assertThat(legacyMmio("120:1 120:1=1")).isEmpty(); // the legacy interface allows both
    }

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
