/** Boots of a real QEMU, timed from exec to the guest's first line. Start with {@link io.torosim.experiment.real.boot.BootMeasurement}. */
package io.torosim.experiment.real.boot;
