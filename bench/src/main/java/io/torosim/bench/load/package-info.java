/** Recorded request arrivals: {@link io.torosim.bench.load.ArrivalCsv} and {@link io.torosim.bench.load.ArrivalPcap}. */
package io.torosim.bench.load;
