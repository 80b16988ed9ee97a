/**
 * How the Toro kernel of 2018 reads files: its FAT16 driver over its buffer cache over an IDE disk in PIO mode,
 * with the defects of that driver as switches and with every cost counted. Start with
 * {@link io.torosim.fat.toro.ToroFat}.
 *
 * <p>Disk accesses are small state machines ({@link io.torosim.fat.toro.DiskRequest}) whose steps a simulated vCPU can
 * execute one by one; {@link io.torosim.fat.toro.AccountingRunner} executes them at once and adds up.
 */
package io.torosim.fat.toro;
