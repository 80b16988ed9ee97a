package io.torosim.virtio.driver;

import io.torosim.virtio.Rule;

/** A device with which a driver cannot agree. It names the rule that stands in the way. */
public final class HandshakeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Rule rule;

    HandshakeException(Rule rule, String message) {
        super(rule + " (" + rule.section() + "): " + message);
        this.rule = rule;
    }

    /** Returns the rule. */
    public Rule rule() {
        return rule;
    }
}
