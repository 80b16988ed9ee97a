package io.torosim.fat.volume;

import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;

/** Whose chain it is, for errors. */
interface ChainOwner {
    FatException error(FatRule rule, int cluster, String detail);
}
