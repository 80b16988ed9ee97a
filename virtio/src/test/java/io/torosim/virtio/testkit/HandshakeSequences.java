package io.torosim.virtio.testkit;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Short sequences of accesses, and word for word what the handshake checker says of them. {@code 70=3} writes a register
 * of 4 bytes, {@code 70} reads it, {@code 50:2=0} writes one of 2 bytes, {@code @34=10} lets the device have a value there;
 * all in hexadecimal. Each begins with reads of MagicValue, Version and DeviceID, which are not counted, unless it begins with {@code !}.
 */
abstract class HandshakeSequences {
    static final String UP_TO_DRIVER = "70=0 70 70=1 70=3 ";
    static final String FEATURES = "@10=ffffffff 14=0 10 14=1 10 ";
    static final String AGREED = UP_TO_DRIVER + FEATURES + "24=1 20=1 70=b 70 ";
    static final String AGREED_ON_RESET = AGREED.replace("20=1 ", "20=101 ");
    static final String IDENTIFIED = "0 4 8 ";
    static final String QUEUE = "30=0 34 38=8 80=1000 84=0 90=1100 94=0 a0=1200 a4=0 44=1 ";

    final TreeMap<Integer, Long> values = new TreeMap<>();
    final FlatMemory memory = new FlatMemory(1 << 16);

    final RegisterSpace device = new RegisterSpace() {
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

    List<String> mmio(int deviceId, String script) {
        start(deviceId, 2);
        return run(HandshakeChecker.mmio(device).memory(memory), script);
    }

    List<String> legacyMmio(String script) {
        start(2, 1);
        return run(HandshakeChecker.legacyMmio(device).memory(memory), script);
    }

    void start(int deviceId, int version) {
        values.clear();
        values.put(0, 0x74726976L);
        values.put(4, (long) version);
        values.put(8, (long) deviceId);
        values.put(0x34, 256L);
    }

    void play(RegisterSpace registers, String step) {
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

    List<String> run(HandshakeChecker checker, String script) {
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
}
