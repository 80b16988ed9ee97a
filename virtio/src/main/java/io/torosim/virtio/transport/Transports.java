package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.Objects;

/**
 * Both ends of the interfaces that are one window of registers: the device's as a {@link RegisterSpace} for a bus, a test or a checker, the
 * driver's over any such window, that of a real device included. The modern PCI interface has several windows: {@link ModernPciDevice} and
 * {@link ModernPciTransport}.
 */
public final class Transports {
    /** Offset of the notification register of the legacy PCI interface. */
    public static final int LEGACY_PCI_NOTIFY = LegacyPciTransport.QUEUE_NOTIFY;
    /** Offset of the interrupt status of the legacy PCI interface; reading it clears it. */
    public static final int LEGACY_PCI_ISR = LegacyPciTransport.ISR;
    /** Offset of the notification register of both MMIO interfaces. */
    public static final int MMIO_NOTIFY = MmioLayout.QUEUE_NOTIFY;

    private Transports() {}

    /**
     * Returns the driver's end of the legacy PCI interface: registers of the I/O BAR 0 (virtio 1.2 section 4.1.4.10).
     *
     * @param bar BAR 0
     * @param deviceId virtio device id, which a legacy device has as its PCI subsystem id
     * @param msixEnabled whether MSI-X is enabled, which moves the device configuration by 4 bytes
     */
    public static VirtioTransport legacyPci(RegisterSpace bar, int deviceId, boolean msixEnabled) {
        Objects.requireNonNull(bar, "bar");
        return new LegacyPciTransport(bar, deviceId, msixEnabled);
    }

    /** Returns the device's end of the legacy PCI interface, BAR 0. A device without that interface reads as 0. */
    public static RegisterSpace legacyPciRegisters(VirtioDevice device, boolean msixEnabled) {
        Objects.requireNonNull(device, "device");
        return new LegacyPciRegisters(device, msixEnabled);
    }

    /**
     * Returns the driver's end of virtio over MMIO, version 2 (virtio 1.2 section 4.2).
     *
     * @throws IllegalStateException if there is no virtio device of that version
     */
    public static VirtioTransport mmio(RegisterSpace registers) {
        Objects.requireNonNull(registers, "registers");
        return new MmioTransport(registers);
    }

    /** Returns the device's end of virtio over MMIO, version 2. */
    public static RegisterSpace mmioRegisters(VirtioDevice device) {
        Objects.requireNonNull(device, "device");
        return new MmioRegisters(device);
    }

    /**
     * Returns the driver's end of the legacy interface over MMIO, version 1 (virtio 1.2 section 4.2.4), with pages of 4096 bytes.
     *
     * @throws IllegalStateException if there is no virtio device of that version
     */
    public static VirtioTransport legacyMmio(RegisterSpace registers) {
        Objects.requireNonNull(registers, "registers");
        return new LegacyMmioTransport(registers);
    }

    /**
     * Returns the device's end of the legacy interface over MMIO, version 1. A device without a legacy interface reads as 0. A queue goes into
     * use where page frame number times page size is a multiple of 4096 and QueueAlign is 4096, as on PCI.
     */
    public static RegisterSpace legacyMmioRegisters(VirtioDevice device) {
        Objects.requireNonNull(device, "device");
        return new LegacyMmioRegisters(device);
    }
}
