package io.torosim.core.machine;

import java.util.Locale;

/** How QEMU executes vCPUs. */
public enum VcpuMode {
    /** Hardware virtualisation: a host thread for each vCPU. */
    KVM,
    /** Software emulation, all vCPUs by turns in one host thread ({@code -accel tcg,thread=single}). */
    TCG_SINGLE,
    /** Software emulation, a host thread for each vCPU ({@code -accel tcg,thread=multi}). */
    TCG_MULTI;

    /** Returns whether instructions are emulated. */
    public boolean isTcg() {
        return this != KVM;
    }

    /** Returns the name as it is written in specifications: {@code kvm}, {@code tcg-single} or {@code tcg-multi}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the mode of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static VcpuMode ofLabel(String label) {
        for (VcpuMode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("vcpu mode must be kvm, tcg-single or tcg-multi, mode=" + label);
    }
}
