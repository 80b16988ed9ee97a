/**
 * Guest code written as plain Java that sleeps and waits, one thread each: start with
 * {@link io.torosim.core.direct.DirectThreads}. For models where clarity is worth more than speed; kernels use event handlers.
 */
package io.torosim.core.direct;
