package io.torosim.core.cost;

/** A cost model file that breaks a rule; the message names the file, the line, the parameter and the value. */
public final class CostModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param file which file
     * @param line which line, from 1; 0 where the whole file is meant
     * @param problem rule, place and value
     */
    public CostModelException(String file, int line, String problem) {
        super((line == 0 ? file : file + ":" + line) + ": " + problem);
    }
}
