/** What compiled Pascal costs: {@link io.torosim.guest.code.CodeCosts}. */
package io.torosim.guest.code;
