package io.torosim.sweep;

import java.util.List;

/** Names that {@code cells.csv} has for its own. */
final class Columns {
    /** Columns beside the factors and outputs. */
    static final List<String> FIXED = List.of("cell", "point", "replication", "seed", "error");

    private Columns() {}
}
