/** Who sends requests, and when: {@link io.torosim.guest.load.ClosedLoopLoad} and its like. */
package io.torosim.guest.load;
