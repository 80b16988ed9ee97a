package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.device.NetDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The polling driver against the host's side of a card; no entry of its routines makes two accesses that others can see. */
final class NapiNetTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final Link link = new Link(machine, LinkSpec.perfect());
    private final List<Integer> messages = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final NapiNet net = GuestNic.napi(
            machine,
            new QemuProcess(machine),
            NetBackend.VHOST,
            link,
            16 << 20,
            DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine)),
            messages::add);
    private final GuestCpu cpu = new GuestCpu(machine.vcpu(0));
    private final byte[] buffer = new byte[NapiNet.MOST_FRAME_BYTES];
    private int millis;

    NapiNetTest() {
        cpu.checkAccesses(true);
        link.connectFarEnd(frame -> sent.add(text(frame, frame.length)));
    }

    private static byte[] frame(int number, int bytes) {
        byte[] frame = new byte[bytes];
        frame[0] = (byte) (number >>> 8);
        frame[1] = (byte) number;
        frame[bytes - 1] = (byte) (number * 7);
        return frame;
    }

    private static String text(byte[] frame, int bytes) {
        return bytes + ":" + frame[0] + "," + frame[1] + "," + frame[bytes - 1];
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> text(frame(i, 60 + i % 1400), 60 + i % 1400))
                .toList();
    }

    private void execute(GuestCode routine) {
        CodeRun run = new CodeRun(cpu, routine);
        run.begin();
        while (run.next() != StepResult.DONE) {}
    }

    private void come(int from, int to) {
        for (int i = from; i < to; i++) {
            link.toGuest(frame(i, 60 + i % 1400));
        }
        hostWorks();
    }

    private void hostWorks() {
        millis += 20;
        machine.runUntil(Duration.ofMillis(millis));
    }

    private List<String> poll() {
        List<String> received = new ArrayList<>();
        while (true) {
            execute(net.receive());
            int bytes = net.takeReceived(buffer);
            if (bytes < 0) {
                return received;
            }
            received.add(text(buffer, bytes));
        }
    }

    private void queue(int from, int to) {
        for (int i = from; i < to; i++) {
            net.queue(frame(i, 60 + i % 1400), 60 + i % 1400);
        }
    }

    @Test
    void frames_areReceivedInOrder_withOneMessageForAllThatComeBeforeThePoll() {
        come(0, 100);
        assertThat(messages).containsExactly(NetDevice.RX);
        assertThat(poll()).isEqualTo(texts(0, 100));
        come(100, 120);
        assertThat(messages).as("the interrupt is off while it polls").hasSize(1);
        assertThat(poll()).isEqualTo(texts(100, 120));
        execute(net.complete());
        assertThat(net.moreReceived()).isFalse();
        come(120, 121);
        assertThat(messages).containsExactly(NetDevice.RX, NetDevice.RX);
    }

    @Test
    void aFrameThatCameBeforeInterruptsWereAskedFor_isSeenByTheLastLook() {
        come(0, 1);
        assertThat(poll()).hasSize(1);
        come(1, 2);
        execute(net.complete());
        assertThat(net.moreReceived()).isTrue();
        assertThat(poll()).isEqualTo(texts(1, 2));
    }

    @Test
    void theReceiveQueue_isFilledUpWhenHalfOfItIsEmpty_overManyTurnsOfItsIndex() {
        int from = 0;
        for (int round = 0; round < 400; round++) {
            int count = 1 + round * 37 % 120; // half of the queue is there at least
            come(from, from + count);
            assertThat(poll()).isEqualTo(texts(from, from + count));
            from += count;
            if (net.needsRefill()) {
                execute(net.refill());
                assertThat(net.needsRefill()).isFalse();
            }
            execute(net.complete());
        }
        assertThat(from).isGreaterThan(20_000);
    }

    @Test
    void whatIsQueued_isSentInOrder_andNobodySendsTwice() {
        queue(0, 10);
        assertThat(net.mustTransmit()).isTrue();
        queue(10, 12);
        assertThat(net.mustTransmit()).as("another CPU, while one sends").isFalse();
        execute(net.transmit());
        assertThat(net.mustTransmit()).isFalse();
        hostWorks();
        assertThat(sent).isEqualTo(texts(0, 12));
        assertThat(machine.vcpu(0).exits(ExitCause.NOTIFY))
                .as("while the host sends it wants no more")
                .isEqualTo(1);
    }

    @Test
    void aFullTransmitQueue_stops_andGoesOnWithItsInterrupt() {
        queue(0, 600);
        assertThat(net.mustTransmit()).isTrue();
        execute(net.transmit());
        assertThat(net.mustTransmit()).as("stopped").isFalse();
        messages.clear();
        hostWorks();
        for (int i = 0; sent.size() < 600 && i < 5; i++) {
            assertThat(messages).contains(NetDevice.TX);
            messages.clear();
            net.transmitInterrupt();
            assertThat(net.mustTransmit()).isTrue();
            execute(net.transmit());
            hostWorks();
        }
        assertThat(sent).isEqualTo(texts(0, 600));
        assertThat(net.dropped()).isZero();
    }

    @Test
    void spuriousInterrupts_sendNothingIntoAFullQueue() {
        queue(0, 900);
        assertThat(net.mustTransmit()).isTrue();
        execute(net.transmit());
        for (int i = 0; i < 50; i++) {
            net.transmitInterrupt();
            assertThat(net.mustTransmit()).isTrue();
            execute(net.transmit());
        }
        for (int i = 0; sent.size() < 900 && i < 10; i++) {
            hostWorks();
            net.transmitInterrupt();
            if (net.mustTransmit()) {
                execute(net.transmit());
            }
        }
        assertThat(sent).isEqualTo(texts(0, 900));
    }

    @Test
    void pastTheLengthOfTheQueueInFront_packetsAreDropped() {
        queue(0, 1300);
        assertThat(net.dropped()).isEqualTo(1300 - 1256);
        assertThat(net.mustTransmit()).isTrue();
        execute(net.transmit());
        hostWorks();
        net.transmitInterrupt();
        assertThat(net.mustTransmit()).isTrue();
    }
}
