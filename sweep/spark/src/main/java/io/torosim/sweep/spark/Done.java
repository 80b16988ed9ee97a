package io.torosim.sweep.spark;

import java.io.Serializable;
import java.util.List;

/** What a task gives: a line for each run, and how long they took together. */
record Done(List<String> lines, long nanos) implements Serializable {}
