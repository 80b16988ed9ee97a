package io.torosim.bench.cli.lab;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/** How many runs a strategy needs until it finds something, over many seeds, as commands print it. */
public final class RunsUntilFound {
    private RunsUntilFound() {}

    /** Returns the line that says what {@link #text} shows. */
    public static String heading(int seeds, long most) {
        return "Runs until found, median and 90th percentile over " + seeds + " seeds (> where more than " + most
                + " were needed)";
    }

    /**
     * Searches with seeds 1 to {@code seeds}.
     *
     * @param seeds at least 1
     * @param most runs of a seed at most
     * @param search gives the runs that a seed needed, 0 if {@code most} were not enough
     * @return {@code median / 90th percentile}
     */
    public static String text(int seeds, long most, LongUnaryOperator search) {
        long[] needed = new long[seeds];
        for (int i = 0; i < seeds; i++) {
            long runs = search.applyAsLong(i + 1L);
            needed[i] = runs == 0 ? Long.MAX_VALUE : runs;
        }
        Arrays.sort(needed);
        return shown(needed[(seeds - 1) / 2], most) + " / " + shown(needed[(seeds * 9 + 9) / 10 - 1], most);
    }

    private static String shown(long runs, long most) {
        return runs == Long.MAX_VALUE ? ">" + most : Long.toString(runs);
    }
}
