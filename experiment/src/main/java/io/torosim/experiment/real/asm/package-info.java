/**
 * A small assembler for probe guests: the few dozen instructions of the i386 that they need, and the ELF file that a
 * monitor starts by Multiboot or PVH. Start with {@link io.torosim.experiment.real.asm.Assembler}.
 */
package io.torosim.experiment.real.asm;
