package io.torosim.sched;

/**
 * A program whose author says that all it looks at is announced.
 *
 * @param program what is executed
 */
record AnnouncingProgram(GuestProgram program) implements GuestProgram {
    @Override
    public long next(GuestThread self) {
        return program.next(self);
    }

    @Override
    public boolean readsDeclared() {
        return true;
    }

    @Override
    public boolean mayBeShared() {
        return program.mayBeShared();
    }

    @Override
    public String place() {
        return program.place();
    }
}
