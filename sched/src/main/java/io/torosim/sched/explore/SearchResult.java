package io.torosim.sched.explore;

import java.util.Optional;

/**
 * What a search gave.
 *
 * @param runs runs made, the last one with the finding included, those of shrinking not
 * @param finding the first violation, shrunk; empty if none was found
 */
public record SearchResult(long runs, Optional<Finding> finding) {}
