package io.torosim.guest.app;

import io.torosim.core.defect.Defects.Defect;
import io.torosim.fat.toro.FatQuirk;
import io.torosim.guest.console.ConsoleKeyboard.ConsoleQuirk;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The one list of the defects of a whole guest: every enum of switches that there is. */
public final class GuestDefects {
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

    /** Returns the defect of a name, in any case and with dashes or underscores. */
    public static Optional<Defect> named(String text) {
        Objects.requireNonNull(text, "text");
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
        return all().stream().filter(d -> d.name().equals(name)).findFirst();
    }
}
