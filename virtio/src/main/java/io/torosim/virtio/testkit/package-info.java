/**
 * A kit with which to test virtqueues, your own or ours, without any test framework. Start with {@code ScriptRunner} (runs
 * a {@code DriverScript} on two queue halves), {@code VirtqueueChecker} (watches every store and names broken rules) and
 * {@code HandshakeChecker} (the same for a driver's register accesses).
 */
package io.torosim.virtio.testkit;
