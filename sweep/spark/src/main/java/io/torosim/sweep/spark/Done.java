package io.torosim.sweep.spark;

import java.io.Serializable;
import java.util.List;

/**
 * What a task gives.
 *
 * @param lines one for each run that is over
 * @param nanos how long they took together
 * @param refusal why no more of them can be made; null if all were
 */
record Done(List<String> lines, long nanos, String refusal) implements Serializable {}
