/** States of a run that can be put back: begin with {@link io.torosim.core.state.SavedState}. */
package io.torosim.core.state;
