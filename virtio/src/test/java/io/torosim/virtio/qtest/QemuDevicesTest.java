package io.torosim.virtio.qtest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.qtest.QemuMachine.PciFunction;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drivers at QEMU's devices. */
class QemuDevicesTest {
    private static final int REQUESTS = 70_000;
    private static final int BATCH = 64;
    private static final long SLOTS = 0x1000000;

    @TempDir
    private Path directory;

    @BeforeEach
    void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    private Path image() throws IOException {
        byte[] content = new byte[1 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 512 + i);
        }
        return Files.write(directory.resolve("disk.img"), content);
    }

    @Test
    void allBlkModes_readAndWrite() throws IOException {
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image()))) {
            assertThat(ModeMatrix.blk(qemu)).hasSize(12).allSatisfy((mode, outcome) -> assertThat(outcome)
                    .isEqualTo("ok"));
        }
    }

    @Test
    void allNetModes_exchangeArpAndPing() throws IOException {
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.net("user"))) {
            assertThat(ModeMatrix.net(qemu)).hasSize(24).allSatisfy((mode, outcome) -> assertThat(outcome)
                    .isEqualTo("ok"));
        }
    }

    @Test
    void drivers_areClean_beforeTheHandshakeChecker() throws IOException {
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image()))) {
            PciFunction disk = qemu.virtio(0);
            HandshakeChecker modern =
                    HandshakeChecker.modernPci(disk.config(), disk::bar).memory(qemu.memory());
            HandshakeChecker legacy =
                    HandshakeChecker.legacyPci(disk.bar(0), 2, false).memory(qemu.memory());
            VirtioTransport[] ways = {
                new ModernPciTransport(disk.config(), modern::bar), Transports.legacyPci(legacy.registers(), 2, false)
            };
            for (VirtioTransport way : ways) {
                try (BlkDriver driver = new BlkDriver(way, qemu.memory(), qemu.dma(), -1L, DeviceWait.NONE)) {
                    driver.read(3, ByteBuffer.allocate(1024));
                    driver.writeback(false);
                    assertThat(driver.writeback()).isFalse();
                }
            }
            modern.end();
            legacy.end();
            assertThat(modern.violations()).isEmpty();
            assertThat(legacy.violations()).isEmpty();
        }
    }

    /** A message is a store, so one to an address in RAM can be read: QEMU's disk and ours, step by step. */
    @Test
    void messages_areThoseOfQemu() throws IOException {
        List<String> ours;
        FlatMemory memory = new FlatMemory(1 << 24);
        Msix msix = new Msix(2, (cause, queue) -> {}, (vector, address, data) -> memory.store32(address, data));
        VirtioDevice device = new VirtioDevice(
                new BlkDevice(new MemoryBlockDevice(2048), "disk"), memory, DeviceProfile.QEMU_7_2, msix);
        ModernPciDevice pci = new ModernPciDevice(device, msix);
        ours = messages(
                new ModernPciTransport(pci.configSpace(), pci::bar), memory, new DmaAllocator(0x10_0000, 0x10_0000));
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image()))) {
            PciFunction disk = qemu.virtio(0);
            assertThat(messages((ModernPciTransport) disk.modern(), qemu.memory(), qemu.dma()))
                    .isEqualTo(ours);
        }
        assertThat(ours)
                .containsExactly(
                        "2 vectors",
                        "1 false",
                        "heard 0 0",
                        "heard 17 0",
                        "heard 0 16",
                        "heard 0 0",
                        "heard 0 0",
                        "ffff");
    }

    private static List<String> messages(ModernPciTransport transport, GuestMemory memory, DmaAllocator dma)
            throws IOException {
        long[] at = {0x80_0000, 0x80_0100};
        List<String> seen = new ArrayList<>();
        try (BlkDriver driver = new BlkDriver(transport, memory, dma, 0, DeviceWait.NONE)) {
            seen.add(transport.msixVectors() + " vectors");
            transport.msixEntry(0, at[0], 16);
            transport.msixEntry(1, at[1], 17);
            transport.msix(true);
            seen.add((transport.queueVector(0, 1) ? 1 : 0) + " " + transport.queueVector(0, 2));
            seen.add(heard(driver, memory, at)); // the refused vector is none
            transport.queueVector(0, 1);
            seen.add(heard(driver, memory, at));
            transport.queueVector(0, 0);
            seen.add(heard(driver, memory, at));
            transport.queueVector(0, Msix.NO_VECTOR);
            seen.add(heard(driver, memory, at));
            transport.queueVector(0, 1);
            transport.msix(false);
            seen.add(heard(driver, memory, at));
        }
        transport.queueSizeMax(0); // selects it
        seen.add(transport.queueVector(0, Msix.NO_VECTOR) ? "ffff" : "mapped");
        return seen;
    }

    private static String heard(BlkDriver driver, GuestMemory memory, long[] at) throws IOException {
        memory.store32(at[0], 0);
        memory.store32(at[1], 0);
        driver.read(3, ByteBuffer.allocate(512));
        return "heard " + memory.load32(at[1]) + " " + memory.load32(at[0]);
    }

    @Test
    void manyRequests_crossTheWrapOfTheIndices() throws IOException {
        byte[] content = Files.readAllBytes(image());
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(directory.resolve("disk.img")))) {
            VirtioTransport transport = qemu.virtio(0).modern();
            VirtioHandshake handshake =
                    VirtioHandshake.begin(transport, 2, VirtioFeatures.EVENT_IDX | VirtioFeatures.INDIRECT_DESC);
            DmaAllocator dma = qemu.dma();
            DriverQueue queue = handshake.queue(0, 128, qemu.memory(), dma);
            handshake.ready();
            prepare(qemu);
            BufferChain chain = new BufferChain();
            UsedBuffer used = new UsedBuffer();
            int[] slotOf = new int[128];
            long done = 0;
            for (int batch = 0; done < REQUESTS; batch++) {
                for (int i = 0; i < BATCH; i++) {
                    long slot = SLOTS + 2048L * i;
                    chain.clear();
                    chain.addReadable(slot, 16);
                    chain.addWritable(slot + 16, 513);
                    slotOf[queue.addIndirect(chain, slot + 1024)] = i;
                }
                queue.publish();
                assertThat(queue.notificationNeeded()).isTrue();
                transport.notifyQueue(0);
                boolean[] seen = new boolean[BATCH];
                for (int i = 0, looks = 0; i < BATCH && looks < 200_000; looks++) {
                    if (queue.poll(used)) {
                        assertThat(used.reportedLength()).isEqualTo(513);
                        assertThat(seen[slotOf[used.id()]]).isFalse();
                        seen[slotOf[used.id()]] = true;
                        i++;
                        done++;
                    }
                }
                assertThat(seen).doesNotContain(false);
                if (batch % 100 == 0 || done >= REQUESTS) {
                    check(qemu, content);
                }
            }
            assertThat(done).isGreaterThan(65_536);
            assertThat(queue.error()).isNull();
        }
    }

    private static void prepare(QemuMachine qemu) {
        for (int i = 0; i < BATCH; i++) {
            long slot = SLOTS + 2048L * i;
            qemu.memory().store64(slot, BlkDevice.T_IN);
            qemu.memory().store64(slot + 8, 3L * i);
            qemu.memory().fill(slot + 16, 513, 0xff);
        }
    }

    private static void check(QemuMachine qemu, byte[] content) {
        byte[] sector = new byte[513];
        for (int i = 0; i < BATCH; i++) {
            qemu.memory().copyOut(SLOTS + 2048L * i + 16, sector, 0, 513);
            assertThat(java.util.Arrays.mismatch(sector, 0, 512, content, 3 * i * 512, 3 * i * 512 + 512))
                    .isEqualTo(-1);
            assertThat(sector[512]).isZero();
            qemu.memory().fill(SLOTS + 2048L * i + 16, 513, 0xff);
        }
    }

    @Test
    void httpGet_throughQemusUserNetwork_bringsTheFile() throws IOException {
        byte[] page = new byte[5000];
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) ('a' + i % 26);
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                QemuMachine qemu = QemuMachine.start(QemuMachine.net("user"))) {
            Thread web = new Thread(() -> serveOnce(server, page), "web-server");
            web.start();
            NetDriver card = new NetDriver(
                    qemu.virtio(0).modern(),
                    qemu.memory(),
                    qemu.dma(),
                    VirtioFeatures.RING_PACKED | VirtioFeatures.EVENT_IDX | NetDevice.F_MRG_RXBUF,
                    600);
            byte[] gateway = ModeMatrix.gateway(card);
            assertThat(gateway).isNotNull();
            String answer = TcpGet.get(card, gateway, server.getLocalPort(), "/toro");
            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + new String(page, US_ASCII));
        }
    }

    /** Answers one request with the page; the test sees nothing arrive if this fails. */
    private static void serveOnce(ServerSocket server, byte[] page) {
        try (Socket client = server.accept()) {
            BufferedReader request = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            for (String line = request.readLine(); line != null && !line.isEmpty(); ) {
                line = request.readLine();
            }
            OutputStream answer = client.getOutputStream();
            answer.write(("HTTP/1.1 200 OK\r\nContent-Length: " + page.length + "\r\nConnection: close\r\n\r\n")
                    .getBytes(US_ASCII));
            answer.write(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
