/** Who sends requests, and when: {@link io.torosim.guest.clients.ClosedLoopLoad} and its like. */
package io.torosim.guest.clients;
