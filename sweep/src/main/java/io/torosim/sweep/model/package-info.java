/** Models that studies can name: experiments, the conclusions about CPU usage, a short guest, work of a known length. */
package io.torosim.sweep.model;
