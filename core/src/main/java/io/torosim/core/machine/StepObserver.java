package io.torosim.core.machine;

/** Looks at a machine after each step of a vCPU. It must not change the simulation. */
@FunctionalInterface
public interface StepObserver {
    /** Called after a step or the taking of an interrupt, before the time that it costs has passed. */
    void afterStep(Vcpu vcpu);
}
