package io.torosim.experiment.real.asm;

/** A general register of 32 bits; its number in an instruction is its place here. */
public enum Register {
    /** Accumulator: of port accesses, multiplication and division. */
    EAX,
    /** Counter. */
    ECX,
    /** Data: upper half of products and of the time-stamp counter. */
    EDX,
    /** Base. */
    EBX,
    /** Stack pointer. */
    ESP,
    /** Frame pointer. */
    EBP,
    /** Source index. */
    ESI,
    /** Destination index. */
    EDI
}
