package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the page of QEMU's local APIC says; values measured there with guests. */
final class LocalApicsTest {
    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).tscHz(2_000_000_000L).build());
    private final LocalApics apics = new LocalApics().plug(machine, new PicPair().relocated(4));
    private final List<String> taken = new ArrayList<>();

    private int read(int vcpu, int register) {
        machine.bus().accessor(vcpu);
        return machine.memory().load32(LocalApics.BASE + register);
    }

    private void write(int vcpu, int register, int value) {
        machine.bus().accessor(vcpu);
        machine.memory().store32(LocalApics.BASE + register, value);
    }

    private void start(int vcpu, boolean ends) {
        machine.vcpu(vcpu).start(v -> 1_000_000, vector -> {
            taken.add(vcpu + ":" + vector);
            boolean[] ended = {false};
            return (Vcpu v) -> {
                if (ended[0]) {
                    return Activity.DONE;
                }
                ended[0] = true;
                if (ends) {
                    write(vcpu, 0xb0, 0);
                }
                return 1000;
            };
        });
    }

    private void pass(long ps) {
        machine.simulation().runUntil(machine.simulation().nowPs() + ps);
    }

    @Test
    void reset_andFirmware() {
        assertThat(read(0, 0x30)).isEqualTo(0x50014);
        assertThat(read(0, 0xf0)).isEqualTo(0xff);
        assertThat(read(0, 0x350)).isEqualTo(0x10000);
        assertThat(read(1, 0x20)).isEqualTo(1 << 24);
        apics.initialisedByFirmware();
        assertThat(read(0, 0xf0)).isEqualTo(0x1ff);
        assertThat(read(0, 0x350)).isEqualTo(0x8700);
        assertThat(read(0, 0x360)).isEqualTo(0x8400);
        assertThat(read(1, 0xf0)).isEqualTo(0xff);
    }

    @Test
    void lint0AloneDecidesWhetherThePicGetsThrough() {
        start(0, false);
        machine.bus().setLine(4, true);
        pass(Picos.PER_MILLI);
        assertThat(taken).isEmpty();
        write(0, 0x350, 0x700);
        pass(Picos.PER_MILLI);
        assertThat(taken).containsExactly("0:36");
    }

    @Test
    void timer_oneShot_countsNanoseconds_andStaysAtZero() {
        apics.initialisedByFirmware();
        start(0, true);
        write(0, 0x3e0, 0xb); // divide by 1
        write(0, 0x320, 0x40);
        write(0, 0x380, 1_000_000);
        pass(Picos.PER_MILLI / 2);
        assertThat(read(0, 0x390)).isEqualTo(500_000);
        write(0, 0x3e0, 0); // divide by 2: what is left is counted anew
        assertThat(read(0, 0x390)).isEqualTo(750_000);
        pass(2 * Picos.PER_MILLI);
        assertThat(read(0, 0x390)).isZero();
        assertThat(taken).containsExactly("0:64");
    }

    @Test
    void timer_masked_leavesNothingBehind() {
        apics.initialisedByFirmware();
        start(0, true);
        write(0, 0x3e0, 0xb);
        write(0, 0x320, 0x10040);
        write(0, 0x380, 1000);
        pass(Picos.PER_MILLI);
        write(0, 0x320, 0x40);
        pass(Picos.PER_MILLI);
        assertThat(taken).isEmpty();
    }

    @Test
    void timer_periodic_untilTheCountIsZero() {
        apics.initialisedByFirmware();
        start(0, true);
        write(0, 0x3e0, 0xb);
        write(0, 0x320, 0x20041);
        write(0, 0x380, 99_999);
        pass(Picos.PER_MILLI + Picos.PER_MICRO * 50);
        assertThat(taken).hasSize(10);
        write(0, 0x380, 0);
        pass(Picos.PER_MILLI);
        assertThat(taken).hasSize(10);
        assertThat(read(0, 0x390)).isZero();
    }

    @Test
    void timer_tscDeadline() {
        apics.initialisedByFirmware();
        start(0, true);
        apics.tscDeadline(0, 5000);
        pass(Picos.PER_MILLI);
        assertThat(taken).as("not in that mode").isEmpty();
        write(0, 0x320, 0x40042);
        apics.tscDeadline(0, 4_000_000); // 2 ms at 2 GHz
        pass(Picos.PER_MILLI - 1);
        assertThat(taken).isEmpty();
        pass(Picos.PER_MICRO * 10);
        assertThat(taken).containsExactly("0:66");
        apics.tscDeadline(0, 1); // in the past
        pass(Picos.PER_MICRO * 10);
        assertThat(taken).hasSize(2);
        apics.tscDeadline(0, 60_000_000);
        apics.tscDeadline(0, 0);
        pass(Picos.PER_SECOND);
        assertThat(taken).hasSize(2);
    }

    @Test
    void interrupts_ofTheSameOrALowerClass_waitForTheEnd() {
        apics.initialisedByFirmware();
        start(0, false);
        write(0, 0x310, 0);
        write(0, 0x300, 0x40000 | 0x75); // self
        write(0, 0x300, 0x40000 | 0x75); // merged
        pass(Picos.PER_MICRO * 5);
        write(0, 0x300, 0x40000 | 0x71);
        write(0, 0x300, 0x40000 | 0x61);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).containsExactly("0:117");
        assertThat(read(0, 0xa0)).as("PPR").isEqualTo(0x70);
        write(0, 0x300, 0x40000 | 0x81);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).containsExactly("0:117", "0:129");
        write(0, 0xb0, 0);
        write(0, 0xb0, 0);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).hasSize(3).endsWith("0:113");
        write(0, 0x80, 0x70);
        write(0, 0xb0, 0);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).as("TPR 70h blocks 61h").hasSize(3);
        write(0, 0x80, 0);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).endsWith("0:97");
        write(0, 0xb0, 0);
        write(0, 0xb0, 0); // with nothing in service
        assertThat(read(0, 0x280)).isZero();
    }

    @Test
    void lowVector_isAccepted_reservedRegisterSetsAnError() {
        apics.initialisedByFirmware();
        start(0, true);
        write(0, 0x300, 0x40005);
        pass(Picos.PER_MICRO * 5);
        assertThat(taken).containsExactly("0:5");
        assertThat(read(0, 0x280)).isZero();
        read(0, 0x40);
        assertThat(read(0, 0x280)).isEqualTo(0x80);
        assertThat(read(0, 0x300) & 0x1000).isZero();
    }

    @Test
    void messages_reachOthersAfterTheirLatency_initAndStartUpGoToTheStarter() {
        List<String> starts = new ArrayList<>();
        apics.onStart((vcpu, vector) -> starts.add(vcpu + ":" + vector));
        apics.initialisedByFirmware();
        write(1, 0xf0, 0x1ff);
        start(1, true);
        write(0, 0x310, 1 << 24);
        write(0, 0x300, 0x4550); // INIT... with a vector that does not matter
        write(0, 0x300, 0x8500); // de-assert: nothing
        write(0, 0x300, 0x4608);
        write(0, 0x300, 0x4050);
        assertThat(starts).isEmpty();
        pass(Picos.PER_MILLI);
        assertThat(starts).containsExactly("1:-1", "1:8");
        assertThat(taken).containsExactly("1:80");
        write(0, 0x300, 0xc4051); // all but self
        pass(Picos.PER_MILLI);
        assertThat(taken).endsWith("1:81");
    }

    /** The main loop of an emulation is late; what was under way when the guest sets the timer anew does not arrive. */
    @Test
    void expiries_areSeenByTheHost_andPassedOnLater() {
        List<Integer> seen = new ArrayList<>();
        apics.onExpiry(vcpu -> {
            seen.add(vcpu);
            return 40 * Picos.PER_MICRO;
        });
        apics.initialisedByFirmware();
        start(0, true);
        write(0, 0x3e0, 0xb);
        write(0, 0x320, 0x20041);
        write(0, 0x380, 99_999);
        pass(120 * Picos.PER_MICRO);
        assertThat(seen).containsExactly(0);
        assertThat(taken).isEmpty();
        pass(25 * Picos.PER_MICRO);
        assertThat(taken).containsExactly("0:65");
        pass(60 * Picos.PER_MICRO); // the second has expired
        write(0, 0x380, 99_999);
        pass(90 * Picos.PER_MICRO);
        assertThat(seen).containsExactly(0, 0);
        assertThat(taken).hasSize(1);
        pass(55 * Picos.PER_MICRO);
        assertThat(taken).hasSize(2);
    }

    @Test
    void deadline_isTheModelSpecificRegister_ofWhoWritesIt() {
        apics.initialisedByFirmware();
        write(1, 0xf0, 0x1ff);
        start(0, true);
        start(1, true);
        write(1, 0x320, 0x40042);
        machine.bus().accessor(1);
        machine.bus().writeMsr(LocalApics.TSC_DEADLINE_MSR, -1); // unsigned: beyond all time
        pass(Picos.PER_MILLI);
        assertThat(taken).isEmpty();
        machine.bus().writeMsr(LocalApics.TSC_DEADLINE_MSR, 1);
        pass(Picos.PER_MICRO * 10);
        assertThat(taken).containsExactly("1:66");
    }
}
