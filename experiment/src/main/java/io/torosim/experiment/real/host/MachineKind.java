package io.torosim.experiment.real.host;

import io.torosim.experiment.real.asm.KernelImage;
import java.util.List;

/**
 * A machine of QEMU on which probe guests run.
 *
 * @param name as it is written on the command line
 * @param arguments QEMU's arguments for it; {@code ram} is the name of the memory
 * @param entry how it enters the guest
 */
public record MachineKind(String name, List<String> arguments, KernelImage.Entry entry) {
    private static final List<MachineKind> KINDS = List.of(
            new MachineKind("pc", List.of("-machine", "pc,memory-backend=ram"), KernelImage.Entry.MULTIBOOT),
            new MachineKind(
                    "pc-bare",
                    List.of("-nodefaults", "-machine", "pc,memory-backend=ram"),
                    KernelImage.Entry.MULTIBOOT),
            new MachineKind("q35", List.of("-machine", "q35,memory-backend=ram"), KernelImage.Entry.MULTIBOOT),
            new MachineKind(
                    "microvm",
                    List.of("-nodefaults", "-machine", "microvm,memory-backend=ram"),
                    KernelImage.Entry.PVH));

    /** Takes a copy. */
    public MachineKind {
        arguments = List.copyOf(arguments);
    }

    /** Returns the machine of that name; throws {@link IllegalArgumentException} naming all, if there is none. */
    public static MachineKind ofName(String name) {
        return KINDS.stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("machine must be one of "
                        + String.join(
                                ", ", KINDS.stream().map(MachineKind::name).toList()) + ", machine=" + name));
    }
}
