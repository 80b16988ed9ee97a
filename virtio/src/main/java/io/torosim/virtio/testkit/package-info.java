/**
 * A kit with which to test virtqueues, your own or ours, without any test framework. Start with {@code ScriptRunner} (runs
 * a {@code DriverScript} on two queue halves) and {@code VirtqueueChecker} (watches every store and names broken rules).
 */
package io.torosim.virtio.testkit;
