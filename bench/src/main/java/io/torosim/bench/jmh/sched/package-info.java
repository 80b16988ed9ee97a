/** What the scheduler's simulation costs. */
package io.torosim.bench.jmh.sched;
