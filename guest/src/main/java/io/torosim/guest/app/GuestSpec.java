package io.torosim.guest.app;

import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.console.ConsoleKeyboard;
import io.torosim.guest.console.ConsoleKeyboard.ConsoleQuirk;
import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A guest and what is done to it: a value. Two sessions of one spec on equal files give equal digests.
 *
 * <p>{@link GuestSession} makes the guest of it, {@link GuestApplication} the program; {@link io.torosim.guest.run.GuestKind GuestKind} runs one under a
 * load. It is put together of values: {@link MachineSpec}, {@link KernelConfig}, {@link Defects}, {@link LinkSpec}, {@link HttpLoadSpec}, and refuses
 * what its application has no use for.
 *
 * @param application which program, a name of {@link #applications}
 * @param machine its virtual machine
 * @param kernel how the kernel was built
 * @param defects the defects that are on, of {@link GuestDefects}; those of {@link ToroQuirk} are the kernel's, and both say the same of them
 * @param level how it was compiled
 * @param display what its text memory is
 * @param card the network card, if not the application's usual one: empty says nothing of whether it has one, {@link #networkCard} does
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
        Defects defects,
        OptimisationLevel level,
        Display display,
        Optional<NicCard> card,
        NetBackend backend,
        LinkSpec link,
        Optional<HttpLoadSpec> load,
        String keys,
        int fileBufferBytes) {
    /** Size of the buffer in TorowithFileSystem.pas. */
    public static final int USUAL_FILE_BUFFER = 501;

    /** Checks the ranges, that the application exists, and that it has a use for each setting that is not the usual one. */
    public GuestSpec {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(defects, "defects");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(display, "display");
        Objects.requireNonNull(card, "card");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(load, "load");
        Objects.requireNonNull(keys, "keys");
        GuestApplication known = Applications.named(application);
        if (!keys.isEmpty() && !known.hasKeyboard()) {
            throw new IllegalArgumentException(application + " takes no notice of the keyboard, keys=" + keys);
        }
        if (!ConsoleKeyboard.canType(keys)) {
            throw new IllegalArgumentException("keys must be on an American keyboard, keys=" + keys);
        }
        if (!defects.of(ToroQuirk.class).equals(kernel.quirks().asSet())) {
            throw new IllegalArgumentException("the defects and the kernel must name the same of the kernel's, defects="
                    + defects.of(ToroQuirk.class) + ", kernel="
                    + kernel.quirks().asSet());
        }
        if (fileBufferBytes < 1) {
            throw new IllegalArgumentException(
                    "fileBufferBytes must be at least 1, fileBufferBytes=" + fileBufferBytes);
        }
        if (card.isPresent()) {
            known.checkCard("card");
        }
        if (backend != NetBackend.VHOST) {
            known.checkCard("backend");
        }
        if (!link.equals(LinkSpec.perfect())) {
            known.checkCard("link");
        }
        if (load.isPresent()) {
            known.checkRequests("load");
        }
        if (fileBufferBytes != USUAL_FILE_BUFFER) {
            known.checkDisk("fileBufferBytes");
        }
    }

    /** Returns the application on its usual machine as it was in August 2018, with the defects that it had then, nothing asked of it. */
    public static GuestSpec of(String application) {
        Objects.requireNonNull(application, "application");
        GuestApplication known = Applications.named(application);
        MachineSpec machine = MachineSpec.builder()
                .vcpus(known.vcpus())
                .ramMib(known.ramMib())
                .build();
        return new GuestSpec(
                known.name(),
                machine,
                KernelConfig.defaults(),
                usualDefects(),
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
     * All of 2018 but two of the memory manager's: {@link MemQuirk#EXPANSION_RACE}, fixed by then, and {@link MemQuirk#SPLIT_UNDERFLOW}, with
     * which a machine does not boot whose memory does not divide well among its cores.
     */
    private static Defects usualDefects() {
        List<Defect> usual = GuestDefects.all();
        usual.removeIf(d -> d == MemQuirk.EXPANSION_RACE || d == MemQuirk.SPLIT_UNDERFLOW);
        return Defects.of(usual);
    }

    /** Returns this with every defect there is repaired. */
    public GuestSpec repaired() {
        return withDefects(Defects.none());
    }

    /** Returns the network card that it has: {@link #card}, else the application's usual one; empty if it has no network. */
    public Optional<NicCard> networkCard() {
        return Applications.named(application).card().map(usual -> card.orElse(usual));
    }

    /** Returns whether a defect is on. */
    public boolean has(Defect defect) {
        Objects.requireNonNull(defect, "defect");
        return defects.has(defect);
    }

    /** Returns this with a defect on or repaired. */
    public GuestSpec with(Defect defect, boolean on) {
        Objects.requireNonNull(defect, "defect");
        return withDefects(on ? defects.with(defect) : defects.without(defect));
    }

    /** Returns this with {@code other} in place of all defects, the kernel's included. */
    public GuestSpec withDefects(Defects other) {
        Objects.requireNonNull(other, "other");
        ToroQuirks quirks = ToroQuirks.repaired();
        for (ToroQuirk quirk : other.of(ToroQuirk.class)) {
            quirks = quirks.with(quirk);
        }
        KernelConfig itsKernel = kernel.withQuirks(quirks);
        return with(parts -> {
            parts.defects = other;
            parts.kernel = itsKernel;
        });
    }

    /** Returns this with {@code those} in place of all defects of one part. */
    public <E extends Enum<E> & Defect> GuestSpec withDefects(Class<E> part, Set<E> those) {
        Objects.requireNonNull(part, "part");
        Objects.requireNonNull(those, "those");
        return withDefects(defects.with(part, those));
    }

    /** Returns this on another machine. */
    public GuestSpec withMachine(MachineSpec other) {
        return with(parts -> parts.machine = other);
    }

    /** Returns this with another kernel, its defects included. */
    public GuestSpec withKernel(KernelConfig other) {
        Objects.requireNonNull(other, "other");
        Defects its = defects.with(ToroQuirk.class, other.quirks().asSet());
        return with(parts -> {
            parts.defects = its;
            parts.kernel = other;
        });
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

    /**
     * Returns this with another network card and backend.
     *
     * @throws IllegalArgumentException if the application has no network
     */
    public GuestSpec withCard(NicCard other, NetBackend otherBackend) {
        return with(parts -> {
            parts.card = Optional.of(Objects.requireNonNull(other, "other"));
            parts.backend = otherBackend;
        });
    }

    /**
     * Returns this on another wire.
     *
     * @throws IllegalArgumentException if the application has no network
     */
    public GuestSpec withLink(LinkSpec other) {
        return with(parts -> parts.link = other);
    }

    /**
     * Returns this under a load.
     *
     * @throws IllegalArgumentException if the application serves nothing
     */
    public GuestSpec withLoad(HttpLoadSpec other) {
        return with(parts -> parts.load = Optional.of(Objects.requireNonNull(other, "other")));
    }

    /**
     * Returns this with another file buffer.
     *
     * @throws IllegalArgumentException if the application has no disk
     */
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
        private Defects defects;
        private OptimisationLevel level;
        private Display display;
        private Optional<NicCard> card;
        private NetBackend backend;
        private LinkSpec link;
        private Optional<HttpLoadSpec> load;
        private String keys;
        private int fileBufferBytes;

        Parts(GuestSpec spec) {
            application = spec.application;
            machine = spec.machine;
            kernel = spec.kernel;
            defects = spec.defects;
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
                    defects,
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

    /** Returns Toro's example applications, all of them. */
    public static List<GuestApplication> applications() {
        return Applications.all();
    }

    /**
     * Returns the application of a name, in whatever case.
     *
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    public static GuestApplication application(String name) {
        return Applications.named(Objects.requireNonNull(name, "name"));
    }

    /** The one list of the defects of a whole guest: every enum of switches that there is. */
    public static final class GuestDefects {
        /**
         * The defects of one part of Toro.
         *
         * @param part what it is, for lists
         * @param defects in the order of their enum
         */
        public record Part(String part, List<? extends Defect> defects) {}

        private static final List<Part> PARTS = List.of(
                new Part("kernel", List.of(ToroQuirk.values())),
                new Part("network stack", List.of(NetworkQuirk.values())),
                new Part("virtio-net driver", List.of(ToroVirtioQuirk.values())),
                new Part("e1000 and ne2000", List.of(CardQuirk.values())),
                new Part("memory manager", List.of(MemQuirk.values())),
                new Part("FAT driver", List.of(FatQuirk.values())),
                new Part("console", List.of(ConsoleQuirk.values())));

        private GuestDefects() {}

        /** Returns the parts, the kernel first. */
        public static List<Part> parts() {
            return PARTS;
        }

        /** Returns all defects, part by part. */
        public static List<Defect> all() {
            List<Defect> all = new ArrayList<>();
            for (Part part : PARTS) {
                all.addAll(part.defects());
            }
            return all;
        }

        /** Returns the defect of a name, in any case and with dashes or underscores, or of a label that no other has. */
        public static Optional<Defect> named(String text) {
            Objects.requireNonNull(text, "text");
            String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
            Optional<Defect> named =
                    all().stream().filter(d -> d.name().equals(name)).findFirst();
            if (named.isPresent()) {
                return named;
            }
            List<Defect> labelled =
                    all().stream().filter(d -> d.label().equalsIgnoreCase(text)).toList();
            return labelled.size() == 1 ? Optional.of(labelled.get(0)) : Optional.empty();
        }
    }
}
