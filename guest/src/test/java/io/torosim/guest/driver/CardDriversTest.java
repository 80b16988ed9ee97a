package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Toro's card drivers as routines: their accesses are those of the sources, and what comes between two of them is not lost. */
final class CardDriversTest {
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};
    private static final int PORT = 0xc000;
    private static final long REGISTERS = 0xfebc_0000L;
    private static final long AREA = 0x20_0000;
    private static final long HEAP = 0x80_0000;
    private static final long OUTGOING = 0x10_0000;

    private final Machine machine =
            Machine.create(MachineSpec.builder().ramMib(32).build());
    private final List<byte[]> sent = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private long heap = HEAP;
    private int freed;
    private final EnumSet<CardQuirk> quirks = EnumSet.allOf(CardQuirk.class);
    private CardRoutines driver;
    private EthernetCard card;
    private GuestCpu cpu;

    private final NetworkKernel kernel = new NetworkKernel() {
        @Override
        public long allocate(int bytes) {
            heap += bytes + 15 & -16;
            return heap - (bytes + 15 & -16);
        }

        @Override
        public long allocatePs() {
            return 0;
        }

        @Override
        public long enqueueIncoming(GuestCpu with, long address, int bytes) {
            byte[] frame = new byte[bytes];
            machine.memory().copyOut(address, frame, 0, bytes);
            received.add(frame);
            return StepResult.NEXT;
        }

        @Override
        public void sent(long address) {
            freed++;
        }
    };

    private void plug(NicCard which) {
        new PicPair().plug(machine).relocated(9, 11);
        cpu = new GuestCpu(machine.vcpu(0));
        cpu.checkAccesses(true);
        if (which == NicCard.E1000) {
            card = EthernetCard.e1000(machine, REGISTERS, 11, MAC, sent::add);
            driver = new E1000Driver(REGISTERS, AREA, kernel, 1000, Picos.PER_MILLI, quirks);
        } else {
            card = EthernetCard.ne2000(machine, PORT, 9, MAC, sent::add);
            driver = new Ne2000Driver(PORT, kernel, quirks);
        }
        execute(driver.initialise(), 0, 0, step -> {});
        pass(2 * Picos.PER_SECOND); // the e1000 hears nothing before
    }

    private void pass(long ps) {
        machine.simulation().runUntil(machine.simulation().nowPs() + ps);
    }

    /** Executes a routine step by step; {@code between} is told before each that takes time. */
    private void execute(GuestCode code, long first, long second, IntConsumer between) {
        CodeRun run = new CodeRun(cpu, code);
        Frame frame = run.begin();
        if (code == driver.send()) {
            frame.w[CardRoutines.ADDRESS] = first;
            frame.w[CardRoutines.BYTES] = second;
        }
        names.clear();
        for (int i = 0; run.stack().depth() > 0; i++) {
            between.accept(i);
            long ps = run.next();
            if (ps == StepResult.DONE) {
                return;
            }
            names.add(run.stack().top().toString()); // what follows the step
            pass(ps);
        }
    }

    private long exits() {
        return machine.vcpu(0).exits(ExitCause.PIO) + machine.vcpu(0).exits(ExitCause.MMIO);
    }

    private static byte[] frame(int bytes, int number) {
        byte[] frame = new byte[bytes];
        Arrays.fill(frame, (byte) number);
        System.arraycopy(MAC, 0, frame, 0, 6);
        return frame;
    }

    private void send(byte[] frame) {
        machine.memory().copyIn(OUTGOING, frame, 0, frame.length);
        execute(driver.send(), OUTGOING, frame.length, step -> {});
    }

    @Test
    void initialise_makesToroAccesses() {
        plug(NicCard.E1000);
        assertThat(machine.vcpu(0).exits(ExitCause.MMIO)).isEqualTo(241);
        for (int i = 0; i < 6; i++) {
            assertThat(((E1000Driver) driver).mac(i)).isEqualTo(MAC[i]);
        }
    }

    @Test
    void initialise_ne2000_reads32BytesOfAddressMemory() {
        plug(NicCard.NE2000);
        assertThat(machine.vcpu(0).exits(ExitCause.PIO)).as("70 and one poll").isEqualTo(71);
        for (int i = 0; i < 6; i++) {
            assertThat(((Ne2000Driver) driver).prom(2 * i)).isEqualTo(MAC[i]);
        }
        assertThat(machine.bus().in(PORT, 1)).isEqualTo(0x22);
    }

    /** What the sources do to the card for a packet of {@code n} bytes: counted on {@code E1000.pas} and {@code Ne2000.pas}. */
    private static long sendAccesses(NicCard which, int n) {
        return which == NicCard.E1000 ? 3 : 5 + n + 4;
    }

    private static long sentAccesses(NicCard which) {
        return which == NicCard.E1000 ? 1 : 2;
    }

    private static long receivedAccesses(NicCard which, int n, int packets) {
        return which == NicCard.E1000 ? 3 + 4L * packets : 5 + (20L + n) * packets;
    }

    @ParameterizedTest
    @EnumSource(
            value = NicCard.class,
            names = {"E1000", "NE2000"})
    void everyPacket_takesTheAccessesOfTheSources_andComesThroughWhole(NicCard which) {
        plug(which);
        long picBefore = machine.vcpu(0).exits(ExitCause.PIC);
        List<byte[]> wire = new ArrayList<>();
        int handled = 0;
        for (int round = 0; round < 300; round++) { // the rings wrap
            int bytes = 60 + round * 37 % 1400;
            long before = exits();
            wire.add(frame(bytes, round));
            send(frame(bytes, round));
            assertThat(exits() - before).as("send of " + bytes).isEqualTo(sendAccesses(which, bytes));
            before = exits();
            execute(driver.handler(), 0, 0, step -> {});
            assertThat(exits() - before).as("sent").isEqualTo(sentAccesses(which));
            List<byte[]> burst = new ArrayList<>();
            for (int i = 0; i < 1 + round % 3; i++) {
                burst.add(frame(bytes, round + i));
                card.receive(frame(bytes, round + i));
            }
            before = exits();
            execute(driver.handler(), 0, 0, step -> {});
            assertThat(exits() - before)
                    .as("received " + burst.size() + " of " + bytes)
                    .isEqualTo(receivedAccesses(which, bytes, burst.size()));
            assertThat(received).containsExactlyElementsOf(burst);
            received.clear();
            handled += 2;
        }
        assertThat(sent).containsExactlyElementsOf(wire);
        assertThat(freed).isEqualTo(300);
        assertThat(driver.outgoing()).isZero();
        assertThat(machine.vcpu(0).exits(ExitCause.PIC) - picBefore)
                .as("two ends of interrupt each")
                .isEqualTo(2L * handled);
        long moved = wire.stream().mapToLong(f -> f.length).sum() + receivedBytes();
        assertThat(driver.copiedBytes()).isEqualTo(moved);
    }

    /** Of the rounds above. */
    private static long receivedBytes() {
        long bytes = 0;
        for (int round = 0; round < 300; round++) {
            bytes += (1L + round % 3) * (60 + round * 37 % 1400);
        }
        return bytes;
    }

    @Test
    void e1000_send_readsTdhAndTdt_copies_writesTdt() {
        plug(NicCard.E1000);
        send(frame(54, 1));
        assertThat(names)
                .containsExactly(
                        "DoSendPacket: read TDT",
                        "DoSendPacket: Head = Next?",
                        "DoSendPacket: write the descriptor's status",
                        "DoSendPacket: write the descriptor's length",
                        "DoSendPacket: write the descriptor's command",
                        "DoSendPacket: write TDT",
                        "DoSendPacket: RestoreInt");
        assertThat(machine.vcpu(0).interruptsEnabled()).isTrue();
    }

    @Test
    void e1000_secondPacketWaitsForTheInterruptOfTheFirst() {
        plug(NicCard.E1000);
        send(frame(60, 1));
        send(frame(61, 2));
        assertThat(sent).hasSize(1);
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(sent).hasSize(2);
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(driver.outgoing()).isZero();
    }

    /** A frame comes before each step of the handler in turn; none may be lost. */
    @ParameterizedTest
    @EnumSource(
            value = NicCard.class,
            names = {"E1000", "NE2000"})
    void frameBetweenAnyTwoAccessesOfTheHandler_isReceived(NicCard which) {
        plug(which);
        int[] steps = {0};
        card.receive(frame(60, 1));
        execute(driver.handler(), 0, 0, step -> steps[0] = step);
        received.clear();
        assertThat(steps[0]).isGreaterThan(5);
        for (int at = 0; at <= steps[0]; at++) {
            int moment = at;
            card.receive(frame(60, 100));
            execute(driver.handler(), 0, 0, step -> {
                if (step == moment) {
                    card.receive(frame(64, 101));
                }
            });
            execute(driver.handler(), 0, 0, step -> {});
            assertThat(received).as("before step " + at).hasSize(2);
            assertThat(received.get(1)).isEqualTo(frame(64, 101));
            received.clear();
        }
    }

    @Test
    void ne2000_burst_losesFramesAtFirst_andOverwritesThemLater() {
        plug(NicCard.NE2000);
        int taken = 0;
        for (int i = 0; i < 60; i++) {
            taken += card.receive(frame(60, i)) ? 1 : 0;
        }
        assertThat(taken).as("26 pages, five kept free").isEqualTo(20);
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(received).hasSize(20);
        received.clear();
        for (int i = 0; i < 10; i++) { // past the page where the card wraps
            card.receive(frame(60, i));
            execute(driver.handler(), 0, 0, step -> {});
        }
        assertThat(received).hasSize(10);
        received.clear();
        int boundary = ((Ne2000Driver) driver).nextPacket() - 1;
        while (boundary != 0x7f) { // until CURR is at 46h
            card.receive(frame(60, 7));
            execute(driver.handler(), 0, 0, step -> {});
            boundary = machine.bus().in(PORT + 3, 1);
        }
        received.clear();
        taken = 0;
        for (int i = 0; i < 60; i++) {
            taken += card.receive(frame(60, i)) ? 1 : 0;
        }
        assertThat(taken).as("never full").isEqualTo(60);
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(received.size()).as("what is left of 60").isLessThan(26);
    }

    @Test
    void ne2000_ringRepaired_everyFrameThatTheCardTakes_isReceived() {
        quirks.remove(CardQuirk.RING_WRAPS_LATE);
        plug(NicCard.NE2000);
        int inAll = 0;
        for (int round = 0; round < 50; round++) { // each ends on another page
            List<byte[]> taken = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                byte[] frame = frame(60 + (round * 61 + i * 37) % 1400, i);
                if (card.receive(frame)) {
                    taken.add(frame);
                }
            }
            assertThat(taken).as("26 pages, five kept free").hasSizeBetween(4, 20);
            execute(driver.handler(), 0, 0, step -> {});
            assertThat(received).containsExactlyElementsOf(taken);
            assertThat(machine.bus().in(PORT + 3, 1)).as("BOUNDARY").isBetween(0x46, 0x5f);
            inAll += received.size();
            received.clear();
        }
        assertThat(inAll).isGreaterThan(200);
    }

    /** Executes the handler over a ring whose next header is all FFh; returns whether it came to an end within 10,000 steps. */
    private boolean comesToAnEnd() {
        plug(NicCard.NE2000);
        for (int i = 0; i < 3; i++) {
            card.receive(frame(60, i));
        }
        byte[] overHeader = {0x0a, 4, 0, 0, 0x47}; // remote write of four bytes to the first packet's header
        int[] registers = {0, 10, 11, 8, 9};
        for (int i = 1; i < 5; i++) {
            machine.bus().out(PORT + registers[i], 1, overHeader[i]);
        }
        machine.bus().out(PORT, 1, 0x12);
        for (int i = 0; i < 4; i++) {
            machine.bus().out(PORT + 0x10, 1, 0xff);
        }
        CodeRun run = new CodeRun(cpu, driver.handler());
        run.begin();
        for (int i = 0; i < 10_000; i++) {
            long ps = run.next();
            if (ps == StepResult.DONE) {
                return true;
            }
            pass(ps);
        }
        return false;
    }

    @Test
    void ne2000_badHeader_isReadForEver() {
        assertThat(comesToAnEnd()).isFalse();
    }

    @Test
    void ne2000_badHeaderRepaired_dropsWhatIsThere_andReceivesTheNext() {
        quirks.remove(CardQuirk.BAD_HEADER_STAYS);
        assertThat(comesToAnEnd()).isTrue();
        assertThat(received).isEmpty();
        card.receive(frame(60, 9));
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(received).containsExactly(frame(60, 9));
    }

    /** Whether the card still asks for an interrupt after a frame that came between the last look at the ring and the second acknowledgement. */
    private boolean frameAfterTheLastLook_hasItsInterrupt() {
        plug(NicCard.NE2000);
        send(frame(60, 1));
        card.receive(frame(60, 2));
        boolean[] came = {false};
        execute(driver.handler(), 0, 0, step -> {
            int last = names.size() - 1;
            if (!came[0]
                    && last > 0
                    && names.get(last - 1).equals("ReadPacket: write COMMAND: page 0")
                    && received.size() == 1) {
                came[0] = card.receive(frame(60, 3));
            }
        });
        assertThat(came[0]).as(names.toString()).isTrue();
        assertThat(received).containsExactly(frame(60, 2));
        return (machine.bus().in(PORT + 7, 1) & 1) != 0;
    }

    @Test
    void ne2000_secondAcknowledgement_takesTheInterruptOfAFrameThatItHasNotSeen() {
        assertThat(frameAfterTheLastLook_hasItsInterrupt()).isFalse();
    }

    @Test
    void ne2000_secondAcknowledgementRepaired_isOfWhatWasSent() {
        quirks.remove(CardQuirk.ACKNOWLEDGES_UNSEEN);
        assertThat(frameAfterTheLastLook_hasItsInterrupt()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void e1000_fullRing_leavesInterruptsDisabled_unlessRepaired(boolean repaired) {
        if (repaired) {
            quirks.remove(CardQuirk.FULL_RING_KEEPS_INTERRUPTS_OFF);
        }
        plug(NicCard.E1000);
        GuestCpu by = new GuestCpu(machine.vcpu(0));
        by.store32(REGISTERS + 0x400, 0); // TCTL: the transmitter is off, so that TDT does nothing
        by.store32(REGISTERS + 0x3818, 255);
        machine.vcpu(0).interruptsEnabled(true);
        send(frame(60, 1));
        assertThat(sent).isEmpty();
        assertThat(driver.outgoing()).isEqualTo(1);
        assertThat(machine.vcpu(0).interruptsEnabled()).isEqualTo(repaired);
    }

    private int arrived;

    /** Executes a routine for at most 50,000 steps, two frames waiting all the time; returns whether it came to an end. */
    private boolean endsThoughFramesCome(GuestCode code) {
        CodeRun run = new CodeRun(cpu, code);
        while (arrived - received.size() < 2) {
            card.receive(frame(60, arrived++));
        }
        run.begin();
        for (int i = 0; i < 50_000; i++) {
            long ps = run.next();
            if (ps == StepResult.DONE) {
                return true;
            }
            pass(ps);
            while (arrived - received.size() < 2) {
                card.receive(frame(60, arrived++));
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(
            value = NicCard.class,
            names = {"E1000", "NE2000"})
    void framesThatComeAsTheyAreTaken_keepTheHandlerForEver(NicCard which) {
        plug(which);
        assertThat(endsThoughFramesCome(driver.handler())).isFalse();
        assertThat(received).hasSizeGreaterThan(300);
        assertThat(driver.rest()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = NicCard.class,
            names = {"E1000", "NE2000"})
    void budgetRepaired_handlerLeavesTheRest_andNoFrameIsLost(NicCard which) {
        quirks.remove(CardQuirk.RECEIVES_WITHOUT_END);
        plug(which);
        assertThat(endsThoughFramesCome(driver.handler())).isTrue();
        assertThat(received).hasSize(CardRoutines.BUDGET);
        GuestCode rest = driver.rest();
        assertThat(rest).isNotNull();
        execute(driver.handler(), 0, 0, step -> {}); // as for a packet that was sent
        assertThat(received).as("the rest is not the handler's").hasSize(CardRoutines.BUDGET);
        assertThat(endsThoughFramesCome(rest)).isTrue();
        assertThat(received).hasSize(2 * CardRoutines.BUDGET);
        assertThat(driver.rest()).isNotNull();
        machine.vcpu(0).interruptsEnabled(true);
        execute(rest, 0, 0, step -> {});
        assertThat(driver.rest()).isNull();
        assertThat(machine.vcpu(0).interruptsEnabled()).isTrue();
        assertThat(received).hasSize(arrived);
        card.receive(frame(60, 77));
        execute(driver.handler(), 0, 0, step -> {});
        assertThat(received).hasSize(arrived + 1);
    }

    /** A frame comes before each step of the rest in turn; its interrupt is there when the rest is over, unless it was taken. */
    @ParameterizedTest
    @EnumSource(
            value = NicCard.class,
            names = {"E1000", "NE2000"})
    void frameBetweenAnyTwoAccessesOfTheRest_isReceived(NicCard which) {
        quirks.remove(CardQuirk.RECEIVES_WITHOUT_END);
        plug(which);
        boolean reached = true;
        for (int at = 0; reached; at++) {
            endsThoughFramesCome(driver.handler());
            assertThat(driver.rest()).isNotNull();
            int taken = received.size();
            int moment = at;
            boolean[] came = {false};
            execute(driver.rest(), 0, 0, step -> {
                if (step == moment) {
                    came[0] = card.receive(frame(60, arrived++));
                }
            });
            reached = came[0];
            boolean causeThere = which == NicCard.NE2000
                    ? (machine.bus().in(PORT + 7, 1) & 1) != 0
                    : (new GuestCpu(machine.vcpu(0)).load32(REGISTERS + 0xc8) & 0xc0) != 0;
            assertThat(driver.rest()).isNull();
            assertThat(received).hasSizeGreaterThanOrEqualTo(taken + 2);
            if (received.size() < arrived) {
                assertThat(causeThere).as("before step " + at).isTrue();
            }
            execute(driver.handler(), 0, 0, step -> {});
            assertThat(received).as("before step " + at).hasSize(arrived);
        }
    }
}
