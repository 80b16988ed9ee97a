package io.torosim.core.cost;

/** A cost model file that breaks a rule; the message names the file, the line, the parameter and the value. */
public final class CostModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CostModelException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
