/** What happened, in order, and a digest of it: start with {@link io.torosim.core.trace.TraceBus}. */
package io.torosim.core.trace;
