/**
 * Idle loops, each right and with faults, by somebody who had read the guide and the signatures of the search and nothing of the search itself:
 * evidence that is not cut to fit. Each class is one loop, each fault a constant; {@code NONE} and what begins with {@code BENIGN} is right.
 */
package io.torosim.guest.idle.blind;
