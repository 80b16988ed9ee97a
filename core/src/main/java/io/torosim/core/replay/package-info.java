/** Going back in time by running again from the start: begin with {@link io.torosim.core.replay.TimeTravel}. */
package io.torosim.core.replay;
