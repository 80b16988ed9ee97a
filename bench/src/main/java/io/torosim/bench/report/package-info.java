/** What a run leaves behind: table, JSON, CSV, one HTML page. Start with {@link io.torosim.bench.report.RunOutcome}. */
package io.torosim.bench.report;
