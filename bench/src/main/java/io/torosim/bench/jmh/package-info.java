/**
 * One benchmark per experiment: how long the simulation takes on this machine, and what it gives, which does not depend on
 * the machine.
 */
package io.torosim.bench.jmh;
