package io.torosim.guest.nic;

import io.torosim.core.bus.Bus;
import io.torosim.core.defect.Defects;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.guest.device.PcDevices.VirtioCard.Modern;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.driver.DriverCosts;
import io.torosim.guest.driver.EventIndexNet;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.driver.NetDriver;
import io.torosim.guest.driver.VirtioNet;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.transport.ModernPciDevice;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A network card of a guest on the machine's bus, its driver brought up, between guest memory and a {@link Link}. Toro's drivers work word by
 * word, every access a step: of a virtio-net card, whose host side is a worker that looks at the rings in guest memory when it gets to them
 * ({@link VirtioNet}), of an e1000 and an ne2000 ({@link RoutineCard}). So does a driver with event index, which Toro never had, of a modern card
 * ({@link EventIndexNet}).
 *
 * <p>Its interrupt line is held from the first cause until the guest reads the status; a modern card sends messages. Confined to the simulation
 * thread.
 */
public final class GuestNic {
    /** The hardware address of every card. */
    public static final long MAC = 0x5254_0000_0001L;
    /** The vector of the network card: IRQ 11. */
    public static final int VECTOR = 32 + 11;

    private static final int LINE = 11;
    /** Where the memory BAR of a modern card lies. */
    private static final long MODERN_BAR = 0xfe00_0000L;
    /** The first port of a virtio card's I/O BAR, as SeaBIOS gives it to the first card. */
    public static final int VIRTIO_BAR = 0xc040;

    private final Machine machine;
    private final NicCard card;
    private final NetDriver driver;
    private final KernelHeap heap;

    /**
     * Plugs a card into a machine and a wire into the card. Its driver has brought it up; the time of that belongs to the boot.
     *
     * @param process takes the main loop's work where the backend is QEMU itself
     * @param heap gives the driver its rings and buffers
     * @param code what compiled code takes
     * @param defects those that are on; a driver heeds its own
     */
    public GuestNic(
            Machine machine,
            QemuProcess process,
            NetBackend backend,
            NicCard card,
            Link link,
            KernelHeap heap,
            CodeCosts code,
            Defects defects) {
        this(machine, process, backend, card, link, heap, code, defects, HostSide.usual());
    }

    /**
     * Plugs in a card whose host side is not the usual one.
     *
     * @param host of a virtio-net card: the queues of a legacy one, and in which order buffers come back
     */
    public GuestNic(
            Machine machine,
            QemuProcess process,
            NetBackend backend,
            NicCard card,
            Link link,
            KernelHeap heap,
            CodeCosts code,
            Defects defects,
            HostSide host) {
        this.machine = machine;
        this.card = card;
        this.heap = heap;
        boolean virtio = card == NicCard.VIRTIO_TORO || card == NicCard.VIRTIO_EVENT_IDX;
        boolean kernelThread = virtio && backend == NetBackend.VHOST;
        long framePs = machine.spec().costs().ps(kernelThread ? "qemu.packet_vhost" : "qemu.packet_user");
        QemuProcess mainLoop = kernelThread ? null : process;
        DriverCosts costs = DriverCosts.of(machine, code);
        if (card == NicCard.VIRTIO_TORO) {
            driver = virtio(mainLoop, link, costs, framePs, defects.of(ToroVirtioQuirk.class), host);
        } else if (!virtio) {
            Set<CardQuirk> quirks = defects.of(CardQuirk.class);
            PicPair.provide(machine);
            driver = card == NicCard.E1000
                    ? RoutineCard.e1000(machine, process, link, heap, costs, framePs, quirks, LINE)
                    : RoutineCard.ne2000(machine, process, link, heap, costs, framePs, quirks, LINE);
            PicPair.open(machine.bus(), LINE);
        } else {
            driver = eventIndex(mainLoop, link, costs, framePs, host);
        }
    }

    private NetDriver virtio(
            @Nullable QemuProcess mainLoop,
            Link link,
            DriverCosts costs,
            long framePs,
            Set<ToroVirtioQuirk> quirks,
            HostSide host) {
        VhostNet model =
                new VhostNet(new byte[] {0x52, 0x54, 0, 0, 0, 1}, machine, mainLoop, link, framePs, host.anyOrder());
        VirtioCard.plug(machine, "virtio-net", VIRTIO_BAR, LINE, model, host.profile());
        Bus bus = machine.bus();
        PicPair.provide(machine);
        NetDriver brought = new VirtioNet(bus, VIRTIO_BAR, heap, costs, quirks);
        PicPair.open(bus, LINE);
        link.connectGuest(model::fromWire);
        return brought;
    }

    private NetDriver eventIndex(
            @Nullable QemuProcess mainLoop, Link link, DriverCosts costs, long framePs, HostSide host) {
        Modern card = plugModern(machine, mainLoop, link, framePs, host, queue -> {
            if (queue == NetDevice.RX) {
                machine.raiseIrq(VECTOR); // what was sent has no vector
            }
        });
        return new EventIndexNet(
                card.config(), card.bar(), MODERN_BAR + ModernPciDevice.NOTIFY, Modern.NOTIFY_STRIDE, heap, costs);
    }

    private static Modern plugModern(
            Machine machine,
            @Nullable QemuProcess mainLoop,
            Link link,
            long framePs,
            HostSide host,
            IntConsumer message) {
        VhostNet model =
                new VhostNet(new byte[] {0x52, 0x54, 0, 0, 0, 1}, machine, mainLoop, link, framePs, host.anyOrder());
        link.connectGuest(model::fromWire);
        return Modern.plug(machine, "virtio-net", MODERN_BAR, model, message);
    }

    /**
     * Plugs a modern virtio-net card into a machine and a wire into the card, and lets Linux's driver bring it up.
     *
     * @param process takes the main loop's work where the backend is QEMU itself
     * @param base where {@link NapiNet#MEMORY_BYTES} of the machine's memory are the driver's
     * @param costs what ring words and fences take
     * @param message takes the number of a queue that has something to tell: its MSI-X message
     */
    public static NapiNet napi(
            Machine machine,
            QemuProcess process,
            NetBackend backend,
            Link link,
            long base,
            DriverCosts costs,
            IntConsumer message) {
        boolean kernelThread = backend == NetBackend.VHOST;
        long framePs = machine.spec().costs().ps(kernelThread ? "qemu.packet_vhost" : "qemu.packet_user");
        Modern card = plugModern(machine, kernelThread ? null : process, link, framePs, HostSide.usual(), message);
        return new NapiNet(
                card.config(),
                card.bar(),
                MODERN_BAR + ModernPciDevice.NOTIFY,
                Modern.NOTIFY_STRIDE,
                machine.memory(),
                base,
                costs);
    }

    /** Returns which card it is. */
    public NicCard card() {
        return card;
    }

    /** Returns its driver. */
    public NetDriver driver() {
        return driver;
    }

    /** Returns the memory that its driver and the stack above it use. */
    public KernelHeap heap() {
        return heap;
    }
}
