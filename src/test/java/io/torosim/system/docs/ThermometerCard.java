package io.torosim.system.docs;

import io.torosim.core.machine.Machine;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import java.util.function.LongSupplier;

/** A device that nobody has: fills the first eight bytes of every buffer with a temperature. One file, and a line where it is plugged in. */
final class ThermometerCard implements DeviceModel {
    private final LongSupplier millidegrees;
    private DeviceContext context;

    ThermometerCard(LongSupplier millidegrees) {
        this.millidegrees = millidegrees;
    }

    static void plug(Machine machine, int port, int line, LongSupplier millidegrees) {
        VirtioCard.plug(machine, "thermometer", port, line, new ThermometerCard(millidegrees));
    }

    @Override
    public int deviceId() {
        return 63;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public int configByte(int offset) {
        return 0;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void reset() {
        context = null;
    }

    @Override
    public void notified(int queueIndex) {
        context.serveAll(queueIndex, chain -> {
            byte[] bytes = new byte[8];
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) (millidegrees.getAsLong() >>> 8 * i);
            }
            chain.write(context.memory(), 0, bytes, 0, 8);
            return 8;
        });
    }
}
