package io.torosim.core.event;

/** Run in a small heap of its own: fills an event set until memory is out, then takes everything out again. */
final class OutOfMemoryRun {
    private OutOfMemoryRun() {}

    public static void main(String[] args) {
        EventSet set = new EventSet();
        long[] fired = {0, -1};
        EventHandler handler = (op, arg) -> {
            fired[0]++;
            if (arg <= fired[1]) {
                throw new IllegalStateException("out of order: " + arg + " after " + fired[1]);
            }
            fired[1] = arg;
        };
        int scheduled = 0;
        boolean refused = false;
        while (!refused) {
            try {
                set.schedule(scheduled * 3L, 5, handler, 0, scheduled);
                scheduled++;
            } catch (OutOfMemoryError e) {
                refused = true;
            }
        }
        if (set.size() != scheduled) {
            throw new IllegalStateException("size " + set.size() + " after " + scheduled);
        }
        while (set.fireNext()) {
            // the handler checks
        }
        if (fired[0] != scheduled) {
            throw new IllegalStateException("fired " + fired[0] + " of " + scheduled);
        }
        System.out.println("refused, then fired " + scheduled);
    }
}
