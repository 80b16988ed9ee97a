/** Programs of Toro's threads written as nested steps: {@link io.torosim.guest.program.StepProgram}. */
package io.torosim.guest.program;
