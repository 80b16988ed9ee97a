package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the page of QEMU's e1000 says; values measured there. */
final class E1000Test {
    private static final long BASE = 0xfebc_0000L;
    private static final long RX = 0x10_0000;
    private static final long TX = 0x10_8000;
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    private static final int ENTRIES = 8;

    private final Machine machine =
            Machine.create(MachineSpec.builder().ramMib(16).build());
    private final GuestMemory memory = machine.memory();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Long> rises = new ArrayList<>();
    private final E1000 card = new E1000(BASE, 11, MAC, sent::add);

    E1000Test() {
        int[] last = {0};
        machine.bus().connect(11, level -> {
            if (level == 1 && last[0] == 0) {
                rises.add(machine.simulation().nowPs());
            }
            last[0] = level;
        });
        card.plug(machine);
    }

    private int get(int register) {
        return memory.load32(BASE + register);
    }

    private void set(int register, int value) {
        memory.store32(BASE + register, value);
    }

    private void pass(long ps) {
        machine.simulation().runUntil(machine.simulation().nowPs() + ps);
    }

    private void receiveRing(int rctl) {
        set(0x2800, (int) RX);
        set(0x2808, 16 * ENTRIES);
        set(0x2818, ENTRIES - 1);
        for (int i = 0; i < ENTRIES; i++) {
            memory.store64(RX + 16L * i, RX + 0x1000 + 2048L * i);
        }
        set(0x100, rctl);
    }

    private static byte[] frame(int bytes) {
        byte[] frame = new byte[bytes];
        Arrays.fill(frame, (byte) bytes);
        System.arraycopy(MAC, 0, frame, 0, Math.min(6, bytes));
        return frame;
    }

    private int length(int index) {
        return memory.load16(RX + 16L * index + 8);
    }

    @Test
    void afterRctlWrite_deafForASecond_framesWait() {
        receiveRing(0x0400_8002);
        card.receive(frame(70));
        pass(Picos.PER_SECOND - 1);
        assertThat(get(0x2810)).isZero();
        pass(1);
        assertThat(get(0x2810)).isEqualTo(1);
        assertThat(length(0)).isEqualTo(70);
        assertThat(memory.load8(RX + 12)).as("DD, EOP, IXSM").isEqualTo(7);
        assertThat(get(0xc0)).isEqualTo(0x80);
    }

    @Test
    void notEnabled_neitherReceivesNorSends() {
        receiveRing(0x8000);
        pass(2 * Picos.PER_SECOND);
        card.receive(frame(70));
        assertThat(get(0x2810)).isZero();
        set(0x3800, (int) TX);
        set(0x3808, 128);
        memory.store64(TX, RX);
        memory.store32(TX + 8, 64 | 0x0b00_0000);
        set(0x3818, 1);
        assertThat(sent).isEmpty();
        set(0x400, 2);
        assertThat(sent).as("setting EN starts what TDT shows").hasSize(1);
        assertThat(get(0xc0)).isEqualTo(3);
        assertThat(memory.load8(TX + 12)).isEqualTo(1);
    }

    @Test
    void ringFull_framesWait_andComeInWhenRdtMoves_mostWaitingIsBounded() {
        receiveRing(0x0400_8002);
        pass(Picos.PER_SECOND);
        for (int i = 0; i < ENTRIES - 1 + E1000.MOST_WAITING; i++) {
            assertThat(card.receive(frame(100 + i % 8))).isTrue();
        }
        assertThat(card.receive(frame(60))).isFalse();
        assertThat(card.lost()).isEqualTo(1);
        assertThat(get(0x2810)).isEqualTo(7);
        assertThat(get(0xc0) & 0x40).as("no RXO").isZero();
        set(0x2818, 0);
        assertThat(card.waiting()).isEqualTo(E1000.MOST_WAITING - 1);
        assertThat(length(7)).isEqualTo(107);
    }

    @Test
    void filter_padding_andChecksumBytes() {
        receiveRing(0x2); // neither BAM nor SECRC
        pass(Picos.PER_SECOND);
        byte[] broadcast = frame(42);
        Arrays.fill(broadcast, 0, 6, (byte) -1);
        card.receive(broadcast);
        byte[] other = frame(42);
        other[5] = 0x57;
        card.receive(other);
        assertThat(get(0x2810)).isZero();
        card.receive(frame(42));
        assertThat(length(0)).isEqualTo(64);
        set(0x100, 0x0400_8002);
        pass(Picos.PER_SECOND);
        card.receive(broadcast);
        assertThat(length(1)).isEqualTo(60);
    }

    @Test
    void interrupts_comeAtMostEvery128Microseconds_withItrZero() {
        set(0xd0, 4);
        for (int i = 0; i < 200; i++) {
            set(0xc8, 4);
            get(0xc0);
            pass(Picos.PER_MICRO * 10);
        }
        assertThat(rises).hasSizeBetween(14, 16);
        for (int i = 1; i < rises.size(); i++) {
            assertThat(rises.get(i) - rises.get(i - 1)).isGreaterThanOrEqualTo(128 * Picos.PER_MICRO);
        }
    }

    @Test
    void addressesOutsideMemory_areCounted_notFollowed() {
        set(0x3800, 0xffff_fff0);
        set(0x3804, 0x7fff_ffff);
        set(0x3808, 128);
        set(0x400, 2);
        set(0x3818, 5);
        assertThat(card.faults()).isEqualTo(1);
        set(0x3800, (int) TX);
        set(0x3804, 0);
        memory.store64(TX, BASE); // its own registers
        memory.store32(TX + 8, 64 | 0x0b00_0000);
        memory.store64(TX + 16, -1L);
        memory.store32(TX + 24, 64 | 0x0b00_0000);
        set(0x3810, 0);
        set(0x3818, 2);
        assertThat(card.faults()).isEqualTo(3);
        assertThat(sent).isEmpty();
        assertThat(get(0x3810)).isEqualTo(2);
    }
}
