/** What the real world leaves open, and who decides it: start with {@link io.torosim.core.choice.Choices}. */
package io.torosim.core.choice;
