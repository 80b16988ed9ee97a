package io.torosim.guest.app;

import io.torosim.core.machine.MachineSpec;
import io.torosim.fat.toro.FatQuirk;
import io.torosim.guest.code.OptimisationLevel;
import io.torosim.guest.console.ConsoleKeyboard;
import io.torosim.guest.console.ConsoleQuirk;
import io.torosim.guest.console.Display;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.guest.wire.LinkSpec;
import io.torosim.mem.alloc.MemQuirk;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroQuirks;
import io.torosim.virtio.driver.ToroVirtioQuirk;
import io.torosim.virtio.nic.NicComparison;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A guest and what is done to it: a value. Two sessions of one spec on equal files give equal digests.
 *
 * @param application which program, a name of {@link Applications}
 * @param machine its virtual machine
 * @param kernel how the kernel was built
 * @param networkQuirks defects of the network stack that are on
 * @param fatQuirks defects of the FAT driver that are on
 * @param consoleQuirks defects of the console that are on
 * @param virtioQuirks defects of the virtio-net driver that are on
 * @param memQuirks defects of the memory manager that are on
 * @param level how it was compiled
 * @param display what its text memory is
 * @param card the network card, if not the application's usual one
 * @param backend who moves packets on the host
 * @param link the wire
 * @param load what clients ask for; none if the application serves nothing
 * @param keys what is typed, five keys a second from 1 s on, on an American keyboard; usually nothing
 * @param fileBufferBytes size of the buffer into which TorowithFileSystem reads its file, at least 1
 */
public record GuestSpec(
        String application,
        MachineSpec machine,
        KernelConfig kernel,
        Set<NetworkQuirk> networkQuirks,
        Set<FatQuirk> fatQuirks,
        Set<ConsoleQuirk> consoleQuirks,
        Set<ToroVirtioQuirk> virtioQuirks,
        Set<MemQuirk> memQuirks,
        OptimisationLevel level,
        Display display,
        Optional<NicComparison.Card> card,
        NetBackend backend,
        LinkSpec link,
        Optional<HttpLoadSpec> load,
        String keys,
        int fileBufferBytes) {
    /** Size of the buffer in TorowithFileSystem.pas. */
    public static final int USUAL_FILE_BUFFER = 501;

    /** Checks the ranges and that the application exists. */
    public GuestSpec {
        GuestApplication known = Applications.named(application);
        if (!keys.isEmpty() && !known.hasKeyboard()) {
            throw new IllegalArgumentException(application + " takes no notice of the keyboard, keys=" + keys);
        }
        if (!ConsoleKeyboard.canType(keys)) {
            throw new IllegalArgumentException("keys must be on an American keyboard, keys=" + keys);
        }
        networkQuirks = copy(networkQuirks, NetworkQuirk.class);
        fatQuirks = copy(fatQuirks, FatQuirk.class);
        consoleQuirks = copy(consoleQuirks, ConsoleQuirk.class);
        virtioQuirks = copy(virtioQuirks, ToroVirtioQuirk.class);
        memQuirks = copy(memQuirks, MemQuirk.class);
        if (fileBufferBytes < 1) {
            throw new IllegalArgumentException(
                    "fileBufferBytes must be at least 1, fileBufferBytes=" + fileBufferBytes);
        }
    }

    private static <E extends Enum<E>> Set<E> copy(Set<E> quirks, Class<E> type) {
        EnumSet<E> copy = EnumSet.noneOf(type);
        copy.addAll(quirks);
        return Collections.unmodifiableSet(copy);
    }

    /** Returns the application on its usual machine as it was in August 2018, every defect on, nothing asked of it. */
    public static GuestSpec of(String application) {
        GuestApplication known = Applications.named(application);
        MachineSpec machine = MachineSpec.builder()
                .vcpus(known.vcpus())
                .ramMib(known.ramMib())
                .build();
        return new GuestSpec(
                known.name(),
                machine,
                KernelConfig.defaults(),
                EnumSet.allOf(NetworkQuirk.class),
                EnumSet.allOf(FatQuirk.class),
                EnumSet.allOf(ConsoleQuirk.class),
                EnumSet.allOf(ToroVirtioQuirk.class),
                usualMemQuirks(),
                OptimisationLevel.O2,
                Display.VGA,
                Optional.empty(),
                NetBackend.VHOST,
                LinkSpec.perfect(),
                Optional.empty(),
                "",
                USUAL_FILE_BUFFER);
    }

    /**
     * The memory manager's defects of 2018 but {@link MemQuirk#SPLIT_UNDERFLOW}, with which a machine does not boot whose memory does not
     * divide well among its cores.
     */
    private static EnumSet<MemQuirk> usualMemQuirks() {
        EnumSet<MemQuirk> quirks = MemQuirk.toro2018();
        quirks.remove(MemQuirk.SPLIT_UNDERFLOW);
        return quirks;
    }

    /** Returns this with every defect of kernel, stack, drivers, memory manager and console repaired. */
    public GuestSpec repaired() {
        return withKernel(kernel.withQuirks(ToroQuirks.repaired()))
                .withNetworkQuirks(EnumSet.noneOf(NetworkQuirk.class))
                .withFatQuirks(EnumSet.noneOf(FatQuirk.class))
                .withConsoleQuirks(EnumSet.noneOf(ConsoleQuirk.class))
                .withVirtioQuirks(EnumSet.noneOf(ToroVirtioQuirk.class))
                .withMemQuirks(EnumSet.noneOf(MemQuirk.class));
    }

    /** Returns this on another machine. */
    public GuestSpec withMachine(MachineSpec other) {
        return with(parts -> parts.machine = other);
    }

    /** Returns this with another kernel. */
    public GuestSpec withKernel(KernelConfig other) {
        return with(parts -> parts.kernel = other);
    }

    /** Returns this with other defects of the network stack. */
    public GuestSpec withNetworkQuirks(Set<NetworkQuirk> other) {
        return with(parts -> parts.networkQuirks = other);
    }

    /** Returns this with other defects of the FAT driver. */
    public GuestSpec withFatQuirks(Set<FatQuirk> other) {
        return with(parts -> parts.fatQuirks = other);
    }

    /** Returns this with other defects of the console. */
    public GuestSpec withConsoleQuirks(Set<ConsoleQuirk> other) {
        return with(parts -> parts.consoleQuirks = other);
    }

    /** Returns this with other defects of the virtio-net driver. */
    public GuestSpec withVirtioQuirks(Set<ToroVirtioQuirk> other) {
        return with(parts -> parts.virtioQuirks = other);
    }

    /** Returns this with other defects of the memory manager. */
    public GuestSpec withMemQuirks(Set<MemQuirk> other) {
        return with(parts -> parts.memQuirks = other);
    }

    /** Returns this with something typed. */
    public GuestSpec withKeys(String other) {
        return with(parts -> parts.keys = other);
    }

    /** Returns this compiled otherwise. */
    public GuestSpec withLevel(OptimisationLevel other) {
        return with(parts -> parts.level = other);
    }

    /** Returns this with another display. */
    public GuestSpec withDisplay(Display other) {
        return with(parts -> parts.display = other);
    }

    /** Returns this with another network card and backend. */
    public GuestSpec withCard(NicComparison.Card other, NetBackend otherBackend) {
        return with(parts -> {
            parts.card = Optional.of(other);
            parts.backend = otherBackend;
        });
    }

    /** Returns this on another wire. */
    public GuestSpec withLink(LinkSpec other) {
        return with(parts -> parts.link = other);
    }

    /** Returns this under a load. */
    public GuestSpec withLoad(HttpLoadSpec other) {
        return with(parts -> parts.load = Optional.of(other));
    }

    /** Returns this with another file buffer. */
    public GuestSpec withFileBuffer(int bytes) {
        return with(parts -> parts.fileBufferBytes = bytes);
    }

    private GuestSpec with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.build();
    }

    /** The components, to be changed. */
    private static final class Parts {
        private final String application;
        private MachineSpec machine;
        private KernelConfig kernel;
        private Set<NetworkQuirk> networkQuirks;
        private Set<FatQuirk> fatQuirks;
        private Set<ConsoleQuirk> consoleQuirks;
        private Set<ToroVirtioQuirk> virtioQuirks;
        private Set<MemQuirk> memQuirks;
        private OptimisationLevel level;
        private Display display;
        private Optional<NicComparison.Card> card;
        private NetBackend backend;
        private LinkSpec link;
        private Optional<HttpLoadSpec> load;
        private String keys;
        private int fileBufferBytes;

        Parts(GuestSpec spec) {
            application = spec.application;
            machine = spec.machine;
            kernel = spec.kernel;
            networkQuirks = spec.networkQuirks;
            fatQuirks = spec.fatQuirks;
            consoleQuirks = spec.consoleQuirks;
            virtioQuirks = spec.virtioQuirks;
            memQuirks = spec.memQuirks;
            level = spec.level;
            display = spec.display;
            card = spec.card;
            backend = spec.backend;
            link = spec.link;
            load = spec.load;
            keys = spec.keys;
            fileBufferBytes = spec.fileBufferBytes;
        }

        GuestSpec build() {
            return new GuestSpec(
                    application,
                    machine,
                    kernel,
                    networkQuirks,
                    fatQuirks,
                    consoleQuirks,
                    virtioQuirks,
                    memQuirks,
                    level,
                    display,
                    card,
                    backend,
                    link,
                    load,
                    keys,
                    fileBufferBytes);
        }
    }
}
