/** Named, independent random streams: start with {@link io.torosim.core.random.RandomStreams}. */
package io.torosim.core.random;
