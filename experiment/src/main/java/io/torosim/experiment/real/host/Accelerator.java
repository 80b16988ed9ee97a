package io.torosim.experiment.real.host;

import java.util.List;
import java.util.Locale;

/** What executes the guest. */
public enum Accelerator {
    /** QEMU's software emulation, a thread for each vCPU (its default). */
    TCG("tcg,thread=multi", "max"),
    /** The same with one thread for all vCPUs. */
    TCG_SINGLE("tcg,thread=single", "max"),
    /** Hardware virtualisation. */
    KVM("kvm", "host");

    private final String argument;
    private final String cpu;

    Accelerator(String argument, String cpu) {
        this.argument = argument;
        this.cpu = cpu;
    }

    /** Returns QEMU's arguments. */
    public List<String> arguments() {
        return List.of("-accel", argument, "-cpu", cpu);
    }

    /** Returns whether instructions are emulated. */
    public boolean isTcg() {
        return this != KVM;
    }

    /** Returns the name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the accelerator of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Accelerator ofLabel(String label) {
        for (Accelerator accelerator : values()) {
            if (accelerator.label().equals(label)) {
                return accelerator;
            }
        }
        throw new IllegalArgumentException("accel must be tcg, tcg-single or kvm, accel=" + label);
    }
}
