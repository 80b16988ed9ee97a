package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A device, its memory and a way to it, with a checker on each way that fails the test at the first broken rule. */
public final class Rig {
    /** The four ways. */
    public enum Way {
        LEGACY_PCI,
        MODERN_PCI,
        LEGACY_MMIO,
        MMIO
    }

    public final FlatMemory memory;
    public final VirtioDevice device;
    public final CountedAccesses accesses = new CountedAccesses();
    public final List<Integer> interrupts = new ArrayList<>();
    public final RegisterSpace legacyBar;
    public final RegisterSpace modernBar;
    public final RegisterSpace pciConfig;
    public final RegisterSpace mmio;
    public final RegisterSpace legacyMmio;
    public final Map<Way, HandshakeChecker> checkers = new EnumMap<>(Way.class);
    private boolean careless;

    public Rig(DeviceModel model, DeviceProfile profile) {
        this(model, profile, 1 << 21);
    }

    /** With so much memory: many short runs spend their time zeroing it. {@link #dma} needs 2 MiB. */
    public Rig(DeviceModel model, DeviceProfile profile, int memoryBytes) {
        memory = new FlatMemory(memoryBytes);
        Msix msix = new Msix(4, (cause, queue) -> interrupts.add(cause), (vector, address, data) -> {});
        device = new VirtioDevice(model, memory, profile, msix);
        legacyBar = accesses.of(
                watch(
                                Way.LEGACY_PCI,
                                HandshakeChecker.legacyPci(
                                        Transports.legacyPciRegisters(device, false), device.deviceId(), false))
                        .registers(),
                CountedAccesses.Kind.PORT_IO,
                Transports.LEGACY_PCI_NOTIFY,
                Transports.LEGACY_PCI_NOTIFY + 2);
        ModernPciDevice pci = new ModernPciDevice(device, msix).notifyData(queue -> 0x700 + 3 * queue);
        pciConfig = accesses.of(pci.configSpace(), CountedAccesses.Kind.PCI_CONFIG);
        modernBar = accesses.of(
                watch(Way.MODERN_PCI, HandshakeChecker.modernPci(pci.configSpace(), pci::bar))
                        .bar(ModernPciDevice.BAR),
                CountedAccesses.Kind.MMIO,
                ModernPciDevice.NOTIFY,
                ModernPciDevice.NOTIFY + 0x1000);
        mmio = accesses.of(
                watch(Way.MMIO, HandshakeChecker.mmio(Transports.mmioRegisters(device)))
                        .registers(),
                CountedAccesses.Kind.MMIO,
                Transports.MMIO_NOTIFY,
                Transports.MMIO_NOTIFY + 4);
        legacyMmio = accesses.of(
                watch(Way.LEGACY_MMIO, HandshakeChecker.legacyMmio(Transports.legacyMmioRegisters(device)))
                        .registers(),
                CountedAccesses.Kind.MMIO,
                Transports.MMIO_NOTIFY,
                Transports.MMIO_NOTIFY + 4);
    }

    private HandshakeChecker watch(Way way, HandshakeChecker checker) {
        checkers.put(way, checker.memory(memory).onViolation(violation -> {
            if (!careless) {
                throw new AssertionError(way + ": " + violation);
            }
        }));
        return checker;
    }

    /** For tests whose driver breaks rules on purpose: violations are only collected. */
    public Rig careless() {
        careless = true;
        return this;
    }

    public VirtioTransport transport(Way way) {
        return switch (way) {
            case LEGACY_PCI -> Transports.legacyPci(legacyBar, device.deviceId(), false);
            case MODERN_PCI -> new ModernPciTransport(pciConfig, bar -> modernBar);
            case LEGACY_MMIO -> Transports.legacyMmio(legacyMmio);
            case MMIO -> Transports.mmio(mmio);
        };
    }

    public DmaAllocator dma() {
        return new DmaAllocator(0x10000, (1 << 21) - 0x10000);
    }

    public GuestMemory memory() {
        return memory;
    }

    /** All ring feature sets: a subset of INDIRECT, EVENT_IDX, IN_ORDER, RING_PACKED. */
    public static List<Long> ringFeatureSets() {
        long[] bits = {
            VirtioFeatures.INDIRECT_DESC, VirtioFeatures.EVENT_IDX, VirtioFeatures.IN_ORDER, VirtioFeatures.RING_PACKED
        };
        List<Long> sets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            long set = VirtioFeatures.ANY_LAYOUT;
            for (int b = 0; b < 4; b++) {
                set |= (i >> b & 1) != 0 ? bits[b] : 0;
            }
            sets.add(set);
        }
        return sets;
    }
}
