package io.torosim.experiment.real.asm;

/** A place in the code, of one {@link Assembler}, which may be referred to before it is {@linkplain Assembler#bind bound}. */
public final class Label {
    static final int UNBOUND = -1;

    private final String name;
    private int offset = UNBOUND;

    Label(String name) {
        this.name = name;
    }

    int offset() {
        return offset;
    }

    void offset(int place) {
        if (offset != UNBOUND) {
            throw new IllegalStateException("label is bound twice: " + name);
        }
        offset = place;
    }

    @Override
    public String toString() {
        return name;
    }
}
