/** Network cards side by side. */
package io.torosim.bench.nic;
