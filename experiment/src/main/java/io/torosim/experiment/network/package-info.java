/** What Toro's network stack makes of a wire with delay or loss. */
package io.torosim.experiment.network;
