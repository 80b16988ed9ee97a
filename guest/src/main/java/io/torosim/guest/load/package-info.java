/** Where requests go in ({@link io.torosim.guest.load.RequestPort}), and the queue from which a user's own threads take them ({@link io.torosim.guest.load.RequestPort.WorkQueue}). */
package io.torosim.guest.load;
