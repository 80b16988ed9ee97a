/** Known defects of the software that is simulated, as switches: {@link io.torosim.core.defect.Defects.Defect} and sets of them. */
package io.torosim.core.defect;
