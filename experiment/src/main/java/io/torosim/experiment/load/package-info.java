/** Recorded request arrivals: {@link io.torosim.experiment.load.ArrivalCsv} and {@link io.torosim.experiment.load.ArrivalPcap}. */
package io.torosim.experiment.load;
