/** {@code torosim verify}: the same run again, elsewhere, watched and unwatched, and the first event in which two differ. */
package io.torosim.bench.cli.verify;
