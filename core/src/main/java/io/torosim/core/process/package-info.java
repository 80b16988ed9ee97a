/** Other programs that this one runs, such as a monitor: {@link io.torosim.core.process.RunPlace} sees to it that nothing of them is left. */
package io.torosim.core.process;
