/** What results say: intervals, differences, quantiles, indices of sensitivity, conclusions and the corners that break them. */
package io.torosim.sweep.analysis;
