/** Network cards side by side. */
package io.torosim.experiment.nic;
