/** Pictures of traces. */
package io.torosim.bench.timeline;
