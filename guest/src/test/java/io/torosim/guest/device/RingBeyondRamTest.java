package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.VirtioDevice;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver that puts its ring where there is no RAM breaks the card, not the run: below the registers of local APICs and other devices too. */
final class RingBeyondRamTest {
    private static final int PORT = 0xc000;
    private static final int QUEUE_ADDRESS = PORT + 8;
    private static final int QUEUE_SELECT = PORT + 14;
    private static final int QUEUE_NOTIFY = PORT + 16;
    private static final int STATUS = PORT + 18;

    @ParameterizedTest
    @ValueSource(ints = {0x4000, 0x80000, 0xfedff, 0xfee00, 0xffff0})
    void aRingWithoutRam_isABrokenRing(int page) {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(64).build());
        VirtioDevice card = VirtioCard.plug(machine, "card", PORT, 3, new RngDevice(() -> 1));
        Bus bus = machine.bus();
        bus.out(STATUS, 1, 3);
        bus.out(QUEUE_SELECT, 2, 0);
        bus.out(QUEUE_ADDRESS, 4, page);
        bus.out(STATUS, 1, 7);
        bus.out(QUEUE_NOTIFY, 2, 0);
        machine.runUntil(Duration.ofMillis(1));
        assertThat(card.ringError()).isNotNull();
        bus.out(STATUS, 1, 0);
        assertThat(card.ringError()).isNull();
    }
}
