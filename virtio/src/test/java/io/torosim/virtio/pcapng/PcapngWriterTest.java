package io.torosim.virtio.pcapng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.pcapng.PcapngWriter.Direction;
import io.torosim.virtio.profile.DeviceProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngWriterTest {
    @TempDir
    Path folder;

    private static byte[] arp(int lastByte) {
        byte[] frame = new byte[42];
        for (int i = 0; i < 6; i++) {
            frame[i] = (byte) 0xff;
            frame[6 + i] = (byte) (0x50 + i);
        }
        frame[12] = 8;
        frame[13] = 6;
        byte[] body = {0, 1, 8, 0, 6, 4, 0, 1};
        System.arraycopy(body, 0, frame, 14, body.length);
        frame[28] = 10;
        frame[31] = 1;
        frame[38] = 10;
        frame[41] = (byte) lastByte;
        return frame;
    }

    @Test
    void blocks_haveTheirLengthAtBothEnds() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapngWriter writer = new PcapngWriter(out)) {
            int wire = writer.addInterface("toro0", PcapngWriter.LINKTYPE_ETHERNET);
            writer.write(wire, 5, Direction.INBOUND, new byte[3]);
            assertThatThrownBy(() -> writer.write(1, 0, Direction.INBOUND, new byte[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        java.nio.ByteBuffer b = java.nio.ByteBuffer.wrap(out.toByteArray()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int blocks = 0;
        while (b.hasRemaining()) {
            int start = b.position();
            int type = b.getInt();
            int length = b.getInt();
            assertThat(length % 4).isZero();
            assertThat(b.getInt(start + length - 4)).isEqualTo(length);
            assertThat(type).isEqualTo(new int[] {0x0a0d0d0a, 1, 6}[blocks++]);
            b.position(start + length);
        }
        assertThat(blocks).isEqualTo(3);
    }

    @Test
    void tshark_readsASimulatedWire() throws IOException, InterruptedException {
        assumeTrue(present("tshark"), "tshark is not installed");
        Path file = folder.resolve("wire.pcapng");
        try (PcapngWriter writer = new PcapngWriter(Files.newOutputStream(file))) {
            int wire = writer.addInterface("toro0", PcapngWriter.LINKTYPE_ETHERNET);
            long[] now = {1_500_000_000_000L}; // 1.5 s
            NetDevice card = new NetDevice(
                    new byte[6], writer.tap(wire, Direction.OUTBOUND, () -> now[0], frame -> now[0] += 1_000_000));
            FrameSink in = writer.tap(wire, Direction.INBOUND, () -> now[0], card::receive);
            Rig rig = new Rig(card, DeviceProfile.STRICT);
            NetDriver driver = new NetDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), 0, 1526);
            driver.send(arp(2));
            in.frame(arp(3));
            assertThat(driver.receive()).isEqualTo(arp(3));
        }
        List<String> lines = run(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "frame.time_epoch",
                        "-e",
                        "arp.dst.proto_ipv4",
                        "-e",
                        "frame.packet_flags_direction",
                        "-e",
                        "frame.interface_name")
                .lines()
                .filter(l -> l.contains("10.0.0."))
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("1.500000000").contains("10.0.0.2").contains("toro0");
        assertThat(lines.get(1)).startsWith("1.500001000").contains("10.0.0.3");
        assertThat(lines.get(0).split("\t")[2]).isNotEqualTo(lines.get(1).split("\t")[2]);
    }

    private static boolean present(String tool) {
        try {
            run(tool, "--version");
            return true;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
