/** What things cost, as data with sources: start with {@link io.torosim.core.cost.CostModel}. */
package io.torosim.core.cost;
