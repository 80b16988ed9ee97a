package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page of QEMU's ne2k says; values measured there. */
final class Ne2000Test {
    private static final int PORT = 0xc000;
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final Bus bus = machine.bus();
    private final List<byte[]> sent = new ArrayList<>();
    private final Ne2000 card = new Ne2000(PORT, 9, MAC, sent::add).plug(machine);

    private void out(int register, int value) {
        bus.out(PORT + register, 1, value);
    }

    private int in(int register) {
        return bus.in(PORT + register, 1);
    }

    private void start(int stop) {
        out(0, 0x21);
        out(14, 0x58);
        out(1, 0x46);
        out(2, stop);
        out(3, 0x46);
        out(12, 0x0c);
        out(0, 0x61);
        out(7, 0x47);
        out(0, 0x22);
    }

    private static byte[] frame(int bytes) {
        byte[] frame = new byte[bytes];
        System.arraycopy(MAC, 0, frame, 0, 6);
        return frame;
    }

    private int current() {
        out(0, 0x62);
        int page = in(7);
        out(0, 0x22);
        return page;
    }

    @ParameterizedTest
    @CsvSource({
        "0x60, 60, 20", "0x60, 590, 7", "0x60, 1514, 4",
        "0x80, 60, 52", "0x80, 590, 18", "0x80, 1514, 9",
        "0xc0, 60, 116", "0xc0, 590, 39", "0xc0, 1514, 20"
    })
    void ring_takesSoManyFramesUnread_thenLosesThemWithoutASign(String stop, int bytes, int frames) {
        start(Integer.decode(stop));
        int taken = 0;
        while (card.receive(frame(bytes))) {
            taken++;
        }
        assertThat(taken).isEqualTo(frames);
        assertThat(in(7)).as("ISR: no OVW").isEqualTo(1);
        assertThat(card.lost()).isEqualTo(1);
    }

    @Test
    void boundaryOutsideTheRing_neverFull_unreadFramesAreOverwritten() {
        start(0x60);
        out(3, 0x7f);
        for (int i = 0; i < 60; i++) {
            assertThat(card.receive(frame(60))).isTrue();
        }
        assertThat(current()).isBetween(0x46, 0x5f);
    }

    @Test
    void pages_areRegistersOfTheirOwn() {
        start(0x60);
        out(0, 0x61);
        for (int i = 1; i < 7; i++) {
            out(i, 0xa0 + i);
        }
        out(0, 0xa2);
        assertThat(in(1)).as("PSTART").isEqualTo(0x46);
        assertThat(in(2)).as("PSTOP").isEqualTo(0x60);
        out(0, 0x62);
        assertThat(in(3)).isEqualTo(0xa3);
    }

    @Test
    void receive_padsTo60_headerSaysFourMore_stoppedCardAndForeignAddressesTakeNothing() {
        assertThat(card.receive(frame(60))).as("before it is started").isFalse();
        start(0x60);
        int before = current();
        byte[] foreign = frame(60);
        foreign[5] = 0x57;
        assertThat(card.receive(foreign)).as("not lost: not wanted").isTrue();
        assertThat(current()).isEqualTo(before);
        card.receive(frame(42));
        assertThat(current()).isEqualTo(before + 1);
        out(10, 4);
        out(11, 0);
        out(8, 0);
        out(9, before);
        out(0, 0x0a);
        assertThat(new int[] {in(16), in(16), in(16), in(16)}).containsExactly(1, before + 1, 64, 0);
        out(0, 0x21);
        assertThat(card.receive(frame(60))).as("stopped").isFalse();
    }

    @Test
    void transmit_isDoneWithinTheCommand_notPadded() {
        start(0x60);
        out(10, 24);
        out(11, 0);
        out(8, 0);
        out(9, 0x40);
        out(0, 0x12);
        for (int i = 0; i < 24; i++) {
            out(16, i);
        }
        assertThat(in(7)).as("RDC").isEqualTo(0x40);
        out(4, 0x40);
        out(5, 24);
        out(6, 0);
        out(0, 0x26);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0)).hasSize(24).startsWith(0, 1, 2);
        assertThat(in(0)).isEqualTo(0x22);
        assertThat(in(4)).as("TSR").isEqualTo(1);
    }
}
