/** What the user reads of an error. */
package io.torosim.bench.cli.error;
