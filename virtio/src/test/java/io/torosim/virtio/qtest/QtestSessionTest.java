package io.torosim.virtio.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** QEMU behaves, misbehaves, and always ends. */
class QtestSessionTest {
    @BeforeEach
    void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    @Test
    void memory_holdsWhatWasStored_inEveryWidth() throws IOException {
        try (QemuMachine qemu = QemuMachine.start(List.of())) {
            GuestMemory memory = qemu.memory();
            memory.store64(0x100001, 0x8877_6655_4433_2211L);
            assertThat(memory.load8(0x100001)).isEqualTo(0x11);
            assertThat(memory.load16(0x100002)).isEqualTo(0x3322);
            assertThat(memory.load32(0x100005)).isEqualTo(0x8877_6655);
            assertThat(memory.load64(0x100001)).isEqualTo(0x8877_6655_4433_2211L);
            byte[] block = new byte[200_000];
            for (int i = 0; i < block.length; i++) {
                block[i] = (byte) (i * 31 + i / 256);
            }
            memory.copyIn(0x200003, block, 0, block.length);
            memory.fill(0x200003 + 70_000, 3, 0xaa);
            byte[] back = new byte[block.length];
            memory.copyOut(0x200003, back, 0, back.length);
            java.util.Arrays.fill(block, 70_000, 70_003, (byte) 0xaa);
            assertThat(back).isEqualTo(block);
            assertThatThrownBy(() -> memory.store16(QemuMachine.RAM_BYTES - 1, 0))
                    .isInstanceOf(GuestFault.class);
        }
    }

    @Test
    void close_endsTheProcess() throws Exception {
        QtestSession session = QtestSession.start(List.of(), QtestSession.USUAL_TIMEOUT);
        ProcessHandle process = session.process();
        assertThat(process.isAlive()).isTrue();
        session.close();
        process.onExit().get(5, TimeUnit.SECONDS);
        session.close();
        assertThatThrownBy(() -> session.ask("inb 0x80")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wrongArguments_areReportedWithWhatQemuSays() {
        assertThatThrownBy(() -> QemuMachine.start(List.of("-device", "no-such-device")))
                .isInstanceOf(QtestException.class)
                .hasMessageContaining("exit code 1")
                .hasMessageContaining("no-such-device");
    }

    @Test
    void refusedCommand_isReported_andQemuEnds() throws Exception {
        QtestSession session = QtestSession.start(List.of(), QtestSession.USUAL_TIMEOUT);
        ProcessHandle process = session.process();
        session.post("nonsense 1");
        assertThatThrownBy(() -> session.ask("inb 0x80"))
                .isInstanceOf(QtestException.class)
                .hasMessageContaining("refuses");
        process.onExit().get(5, TimeUnit.SECONDS);
    }

    @Test
    void crash_isReportedWithExitCodeAndStderr() throws Exception {
        QtestSession session = QtestSession.start(List.of(), QtestSession.USUAL_TIMEOUT);
        session.process().destroyForcibly();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        session.ask("inb 0x80");
                    }
                })
                .isInstanceOf(QtestException.class)
                .hasMessageContaining("exit code 137");
    }

    @Test
    void abortOfQemuItself_isReportedWithItsAssertion() throws Exception {
        // virtio-net of 7.2 asserts on a transmit header that is a byte short
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.net("user"))) {
            var transport = qemu.virtio(0).modern();
            var handshake = io.torosim.virtio.driver.VirtioHandshake.begin(transport, 1, 0);
            var queue = handshake.queue(1, 16, qemu.memory(), qemu.dma());
            handshake.ready();
            var chain = new io.torosim.virtio.queue.BufferChain();
            chain.clear();
            chain.addReadable(0x300000, 11);
            queue.add(chain);
            queue.publish();
            transport.notifyQueue(1);
            // the card looks at its queue after the notification was answered, so the next command may still pass
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            transport.status();
                        }
                    })
                    .isInstanceOf(QtestException.class)
                    .hasMessageContaining("Assertion");
        }
    }

    @Test
    void hang_endsWithTheTimeout() throws Exception {
        QtestSession session = QtestSession.start(List.of(), Duration.ofMillis(700));
        ProcessHandle process = session.process();
        new ProcessBuilder("sh", "-c", "kill -STOP " + process.pid()).start().waitFor();
        assertThatThrownBy(() -> session.ask("inb 0x80"))
                .isInstanceOf(QtestException.class)
                .hasMessageContaining("does not answer for 700 ms");
        process.onExit().get(5, TimeUnit.SECONDS);
    }
}
