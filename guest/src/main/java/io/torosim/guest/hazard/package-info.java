/**
 * Hazards of the scheduler that need a disk or a keyboard, and of drivers and memory in whole guests, for the search of schedules: begin with {@link io.torosim.guest.hazard.GuestScenarios}.
 */
package io.torosim.guest.hazard;
