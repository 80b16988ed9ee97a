/**
 * What a run is summed up in: {@link io.torosim.core.stats.Tally} for observations, {@link io.torosim.core.stats.Tally.TimeWeighted}
 * for levels, {@link io.torosim.core.stats.LatencyHistogram} for percentiles, and {@link io.torosim.core.stats.Replications}
 * for runs that are repeated. Nothing here may decide what a simulation does: floating point is for reports.
 */
package io.torosim.core.stats;
