package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Watches a driver from between it and the registers of its device, on any of the four transports, and names the rules
 * that it breaks: the handshake (F1, F2, F6, F7, F10 to F13, L5, NET12), queue set-up (F22, L2, S1 to S3, P1, P2),
 * notifications (F4, N17), acknowledgements over MMIO (F26, F27), the configuration space (F18, F20, B13, NET13), and how registers are
 * gone about (F32 to F37, F39). {@link VirtqueueChecker} does the same for the rings.
 *
 * <pre>{@code
 * HandshakeChecker checker = HandshakeChecker.mmio(registers).memory(guestMemory);
 * MyDriver driver = new MyDriver(checker.registers(), guestMemory);
 * checker.end();
 * checker.violations().forEach(System.out::println);
 * }</pre>
 *
 * <p>It passes every access on unchanged and looks at nothing by itself, but for the identity of the device when it is
 * created, and QueueNumMax where a driver writes QueueNum without having read it. What the driver does is judged by the specification alone: that a device such as QEMU's lets something pass
 * is no excuse. F6 is a MUST for modern PCI only (section 4.1.4.3.2); section 2.4.2 asks the same of all, so it is
 * reported on all. ACKNOWLEDGE and DRIVER may come in one write.
 *
 * <p>What it cannot see: what a driver does with what it reads; fields of more than 32 bits in devices other than net,
 * blk, socket and persistent memory (rule F18); accesses through the PCI configuration capability; which queue a
 * notification is for where the driver goes by {@code queue_notify_off}. A PCI BAR may hold anything else besides.
 * Confined to one thread.
 */
public final class HandshakeChecker {
    private static final int MOST_VIOLATIONS = 64;
    private static final int NONE = -1;
    private static final int CAPABILITY_POINTER = 0x34;
    private static final int QUEUE_NUM_MAX = 0x34; // of MMIO, either version
    private static final int MOST_CAPABILITIES = 48;

    private final HandshakeMonitor monitor;
    private final List<Violation> violations = new ArrayList<>();
    private final TreeMap<Integer, RegisterSpace> windows = new TreeMap<>();
    private Consumer<Violation> listener = violation -> {};
    private @Nullable GuestMemory memory;
    private long accesses;

    private HandshakeChecker(int deviceId, boolean legacy, boolean pci) {
        monitor = new HandshakeMonitor(deviceId, legacy, pci, this::report);
    }

    /**
     * Watches the legacy PCI interface.
     *
     * @param bar the I/O BAR 0
     * @param deviceId virtio device id, which a legacy device has as its PCI subsystem id
     * @param msixEnabled whether MSI-X is enabled, which moves the device configuration by 4 bytes
     */
    public static HandshakeChecker legacyPci(RegisterSpace bar, int deviceId, boolean msixEnabled) {
        Objects.requireNonNull(bar, "bar");
        HandshakeChecker checker = new HandshakeChecker(deviceId, true, true);
        checker.windows.put(0, checker.new Window(bar, RegisterMap.legacyPci(msixEnabled)));
        return checker;
    }

    /**
     * Watches the modern PCI interface. The capability list is read once, now.
     *
     * @param config the PCI configuration space of the function
     * @param bar returns the memory BAR with a number
     */
    public static HandshakeChecker modernPci(RegisterSpace config, IntFunction<RegisterSpace> bar) {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(bar, "bar");
        int device = (int) config.read(2, 2);
        int deviceId = device >= 0x1040 ? device - 0x1040 : (int) config.read(0x2e, 2);
        HandshakeChecker checker = new HandshakeChecker(deviceId, false, true);
        TreeMap<Integer, RegisterMap> maps = new TreeMap<>();
        int msixBar = NONE;
        int at = (int) config.read(CAPABILITY_POINTER, 1) & 0xfc;
        for (int i = 0; at != 0 && i < MOST_CAPABILITIES; i++) {
            int number = (int) config.read(at + 4, 1);
            int type = (int) config.read(at + 3, 1);
            if (config.read(at, 1) == 0x11) { // MSI-X
                checker.monitor.vectors(((int) config.read(at + 2, 2) & 0x7ff) + 1);
                msixBar = (int) config.read(at + 4, 1) & 7;
            }
            if (config.read(at, 1) == 9 && type >= 1 && type <= 4 && number < 6) { // 9: vendor-specific
                RegisterMap map = maps.computeIfAbsent(number, n -> new RegisterMap());
                int offset = (int) config.read(at + 8, 4);
                int bytes = (int) config.read(at + 12, 4);
                switch (type) {
                    case 1 -> map.pciCommon(offset);
                    case 2 -> map.pciNotify(offset, bytes);
                    case 4 -> map.pciDevice(offset, bytes);
                    default -> {} // interrupt status
                }
            }
            at = (int) config.read(at + 1, 1) & 0xfc;
        }
        maps.forEach((number, map) -> checker.windows.put(number, checker.new Window(bar.apply(number), map)));
        if (msixBar != NONE) {
            checker.windows.computeIfAbsent(msixBar, bar::apply); // nothing in the table is judged
        }
        return checker;
    }

    /** Watches virtio over MMIO, version 2. */
    public static HandshakeChecker mmio(RegisterSpace registers) {
        Objects.requireNonNull(registers, "registers");
        return overMmio(registers, false, RegisterMap.mmio());
    }

    /** Watches virtio over MMIO, version 1. */
    public static HandshakeChecker legacyMmio(RegisterSpace registers) {
        Objects.requireNonNull(registers, "registers");
        return overMmio(registers, true, RegisterMap.legacyMmio());
    }

    private static HandshakeChecker overMmio(RegisterSpace registers, boolean legacy, RegisterMap map) {
        HandshakeChecker checker = new HandshakeChecker((int) registers.read(8, 4), legacy, false);
        checker.windows.put(0, checker.new Window(registers, map));
        return checker;
    }

    /** Gives guest memory: queues must lie inside it, and notification data is compared with the ring. */
    public HandshakeChecker memory(GuestMemory memory) {
        this.memory = memory;
        monitor.memory(memory);
        return this;
    }

    /**
     * Returns guest memory for the driver. Whoever uses it has F27 checked as well: that an interrupt over MMIO is
     * acknowledged before the last look at the used ring.
     *
     * @throws IllegalStateException if {@link #memory} gave none
     */
    public GuestMemory memoryView() {
        if (memory == null) {
            throw new IllegalStateException("memory(...) comes first");
        }
        return new WatchedMemory(memory, Side.DRIVER, new WatchedMemory.Watcher() {
            @Override
            public void loaded(Side side, long address, long length) {
                monitor.memoryLoaded(address, length);
            }

            @Override
            public void storing(Side side, long address, long length) {}

            @Override
            public void stored(Side side, long address, long length) {}
        });
    }

    /** Calls back at each violation, before the access that broke the rule reaches the device if it is a write. */
    public HandshakeChecker onViolation(Consumer<Violation> newListener) {
        listener = newListener;
        return this;
    }

    /**
     * Returns the registers for the driver: BAR 0 of a legacy PCI device, or the MMIO window. A modern PCI device has its in the BARs
     * that its capabilities name: {@link #bar}.
     *
     * @throws IllegalArgumentException if nothing of a modern PCI device is in BAR 0
     */
    public RegisterSpace registers() {
        return bar(0);
    }

    /**
     * Returns a BAR for the driver of a PCI device.
     *
     * @throws IllegalArgumentException if nothing of the device is in it
     */
    public RegisterSpace bar(int number) {
        RegisterSpace window = windows.get(number);
        if (window == null) {
            throw new IllegalArgumentException(
                    "no virtio structure in this BAR, number=" + number + "; bar(n) has " + windows.keySet());
        }
        return window;
    }

    /**
     * The driver has finished: reports what it still owes.
     *
     * @throws IllegalStateException if no register was ever accessed through {@link #registers} or {@link #bar}: nothing was checked
     */
    public void end() {
        if (accesses == 0) {
            throw new IllegalStateException(
                    "nothing was checked: the driver accessed no register of this checker (registers(), bar(n))");
        }
        monitor.end();
    }

    /** Returns the violations seen, the first 64. */
    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    private void report(Rule rule, String place, long value, String detail) {
        Violation violation = new Violation(Side.DRIVER, new RingError(rule, place, value, detail), accesses);
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(violation);
        }
        listener.accept(violation);
    }

    private final class Window implements RegisterSpace {
        private final RegisterSpace space;
        private final RegisterMap map;

        Window(RegisterSpace space, RegisterMap map) {
            this.space = space;
            this.map = map;
        }

        @Override
        public long read(int offset, int widthBytes) {
            accesses++;
            long value = space.read(offset, widthBytes);
            RegisterMap.Entry entry = map.at(offset);
            monitor.read(entry, offset - entry.offset(), widthBytes, value);
            return value;
        }

        @Override
        public void write(int offset, int widthBytes, long value) {
            accesses++;
            RegisterMap.Entry entry = map.at(offset);
            if (monitor.wantsSizeMax(entry)) {
                monitor.sizeMax((int) space.read(QUEUE_NUM_MAX, 4));
            }
            monitor.write(entry, offset - entry.offset(), widthBytes, value);
            space.write(offset, widthBytes, value);
        }
    }
}
