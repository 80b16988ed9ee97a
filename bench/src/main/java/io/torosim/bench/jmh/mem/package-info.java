/** What guest memory and the allocators cost in host time, each beside a plain baseline. */
package io.torosim.bench.jmh.mem;
