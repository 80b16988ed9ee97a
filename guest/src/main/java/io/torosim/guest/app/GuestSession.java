package io.torosim.guest.app;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ConsoleKeyboard;
import io.torosim.guest.console.ConsoleKeyboard.ConsoleQuirk;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.disk.GuestFiles;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.guest.stack.TcpSocket;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of an application: a machine with the kernel, its card, disk and console, a wire, and the host at its far end. Time
 * 0 is the moment at which the main thread begins; what happened before is the boot's ({@code io.torosim.guest.boot}).
 * Confined to one thread.
 *
 * <p><b>Its parts</b>, in the order in which they are made: the {@link Machine} with the {@link QemuProcess} around it, whose CPU time {@code top} would show; {@link CodeCosts}, what each compiled routine takes; the {@link KernelHeap} in the machine's memory; the {@link ToroKernel} on its vCPUs, whose threads have their stacks from the heap; the {@link ToroConsole};
 * the {@link Link} and the {@link RemoteHost} at its far end, which is no part of the guest and costs it nothing; if the example has a card
 * a {@link GuestNic} (card, driver and the host's side of it), and on it the {@link ToroStack}, which takes its packets from the heap; {@link GuestFiles}, the reader of the disk by its driver; the
 * {@link ConsoleKeyboard}. A {@link GuestContext} is what of all this the example's program is given: it calls stack, files and console as Pascal would and knows neither card nor wire.
 *
 * <p><b>Who uses it.</b> {@code GuestKind.example} puts one on the machine of a {@code GuestRun}, which adds load, {@code top} and results; the command {@code guest} opens one by itself. Requests come from
 * {@link HttpLoad} at the far end where the {@link GuestSpec} names clients, else from whoever holds {@link #host} and {@link #link}. Which defects are on is the specification's ({@code GuestSpec.GuestDefects}), each part's own.
 */
@SuppressWarnings("exports") // its parts are the library's own: others read the kernel, the machine and the console
public final class GuestSession implements AutoCloseable {
    private static final long FIRST_KEY_PS = Picos.PER_SECOND;
    /** Five keys a second. */
    private static final long KEY_PS = 200 * Picos.PER_MILLI;

    private final GuestSpec spec;
    private final Machine machine;
    private final QemuProcess process;
    private final ToroKernel kernel;
    private final ToroConsole console;
    private final ConsoleKeyboard keyboard;
    private final @Nullable ToroStack stack;
    private final KernelHeap heap;
    private final @Nullable GuestFiles files;
    private final Link link;
    private final RemoteHost host;
    private final @Nullable HttpLoad load;
    private final GuestContext context;

    private GuestSession(GuestSpec spec, @Nullable BlockDevice volume, Machine machine, QemuProcess process) {
        this.spec = spec;
        this.machine = machine;
        this.process = process;
        RunnableApplication application = Applications.runnable(spec.application());
        CodeCosts code = CodeCosts.of(spec.level(), machine);
        heap = new KernelHeap(machine, spec.defects().of(MemQuirk.class));
        kernel = ToroKernel.boot(machine, spec.kernel(), heap.threads(code));
        console = new ToroConsole(machine, spec.display(), code);
        link = new Link(machine, spec.link());
        StackAddresses addresses = StackAddresses.examples();
        host = new RemoteHost(machine, link, addresses.gateway(), ToroPing.pinged());
        Optional<NicCard> card = spec.networkCard();
        if (card.isPresent()) {
            GuestNic nic = new GuestNic(machine, process, spec.backend(), card.get(), link, heap, code, spec.defects());
            stack = new ToroStack(kernel, nic, addresses, spec.defects().of(NetworkQuirk.class), code, console);
        } else {
            stack = null;
        }
        files = volume == null
                ? null
                : new GuestFiles(
                        kernel, volume, application.diskOwner(), spec.defects().of(FatQuirk.class), code, heap);
        keyboard = new ConsoleKeyboard(kernel, console, spec.defects().of(ConsoleQuirk.class));
        keyboard.type(spec.keys(), FIRST_KEY_PS, KEY_PS);
        context = new GuestContext(kernel, console, keyboard, code, stack, files, spec.fileBufferBytes());
        load = spec.load().isPresent() && application.port() > 0
                ? new HttpLoad(host, spec.load().get(), GuestNic.MAC, addresses.ip(), application.port())
                : null;
        kernel.spawnMain("main", application.main(context));
    }

    /**
     * Sets an application up.
     *
     * @param volume the FAT16 volume on its disk ({@link io.torosim.fat.nio.FatFileSystemProvider#volumeOn}), null if it needs none; closed by whoever opened it
     * @throws IllegalArgumentException if the application needs a disk and there is none, or has none and there is a volume, or if that is a whole disk with
     *     the volume in a partition
     */
    public static GuestSession open(GuestSpec spec, @Nullable BlockDevice volume) {
        Objects.requireNonNull(spec, "spec");
        Machine machine = Machine.create(spec.machine());
        return on(machine, new QemuProcess(machine), spec, volume);
    }

    /**
     * Sets an application up on a machine that is there, whose vCPUs are off; closing the session closes it.
     *
     * @param machine takes the place of {@code spec.machine()}
     * @param process the QEMU process around it
     * @param volume as in {@link #open}
     */
    public static GuestSession on(Machine machine, QemuProcess process, GuestSpec spec, @Nullable BlockDevice volume) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(spec, "spec");
        GuestApplication application = Applications.named(spec.application());
        if (application.needsFiles() && volume == null) {
            throw new IllegalArgumentException(application.name() + " needs a disk with files");
        }
        if (volume != null) {
            application.checkDisk("volume");
            MountedPlace.check(application, volume);
        }
        if (application.diskOwner() >= machine.vcpuCount()) {
            throw new IllegalArgumentException(application.name() + " has its disk on core " + application.diskOwner()
                    + ", which the machine lacks, vCPUs=" + machine.vcpuCount());
        }
        return new GuestSession(spec, volume, machine, process);
    }

    /** Runs until {@code time} after the beginning of the main thread. */
    public RunResult runUntil(Duration time) {
        return machine.runUntil(time);
    }

    /** Returns what is run. */
    public GuestSpec spec() {
        return spec;
    }

    /** Returns the machine. */
    public Machine machine() {
        return machine;
    }

    /** Returns the QEMU process around it. */
    public QemuProcess process() {
        return process;
    }

    /** Returns the kernel. */
    public ToroKernel kernel() {
        return kernel;
    }

    /** Returns the wire. */
    public Link link() {
        return link;
    }

    /** Returns the host at the far end. */
    public RemoteHost host() {
        return host;
    }

    /** Returns the lines on the console. */
    public List<ConsoleLine> console() {
        return console.lines();
    }

    /** Returns the keyboard. */
    public ConsoleKeyboard keyboard() {
        return keyboard;
    }

    /** Returns when the last key has been typed and let go; zero if none is typed. */
    public Duration typedUntil() {
        int keys = spec.keys().length();
        return keys == 0 ? Duration.ZERO : Picos.toDuration(FIRST_KEY_PS + keys * KEY_PS);
    }

    /** Returns the network stack, if there is one. */
    public Optional<ToroStack> stack() {
        return Optional.ofNullable(stack);
    }

    /** Returns the kernel's memory, from which its threads, packets and files have theirs. */
    public KernelHeap heap() {
        return heap;
    }

    /** Returns the disk, if there is one. */
    public Optional<GuestFiles> files() {
        return Optional.ofNullable(files);
    }

    /** Returns the clients, if there are some. */
    public Optional<HttpLoad> load() {
        return Optional.ofNullable(load);
    }

    /** Returns what went wrong with the disk, if anything. */
    public Optional<String> failure() {
        return Optional.ofNullable(context.failure());
    }

    /** Returns the connections that are still there. */
    public List<TcpSocket> sockets() {
        return stack == null ? List.of() : stack.sockets();
    }

    @Override
    public void close() {
        machine.close();
    }
}
