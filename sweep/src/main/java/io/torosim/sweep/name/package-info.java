/** What somebody may have meant who wrote a name that there is not: {@link io.torosim.sweep.name.Nearest}. */
package io.torosim.sweep.name;
