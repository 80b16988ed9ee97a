/** What a FAT volume must keep, by number ({@link io.torosim.fat.rule.FatException.FatRule}), and the exception that names the rule that one breaks. */
package io.torosim.fat.rule;
