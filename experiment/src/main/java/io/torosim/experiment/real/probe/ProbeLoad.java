package io.torosim.experiment.real.probe;

/**
 * What comes with the ticks: nothing, or a request with each tick, all the time or in bursts.
 *
 * @param workMicros the work of a request by the clock, in microseconds; 0: none by the clock
 * @param workLoops the work of a request in turns of a loop of {@link #TURN_INSTRUCTIONS} instructions; 0: none
 * @param burstTicks ticks that bring a request, from the start of each period
 * @param periodTicks length of a period in ticks; as long as the burst: all the time
 */
public record ProbeLoad(int workMicros, int workLoops, int burstTicks, int periodTicks) {
    /** Instructions of a turn: eight additions to four registers, a decrement and a jump. */
    public static final int TURN_INSTRUCTIONS = 10;

    private static final int MOST_MICROS = 1_000_000;

    /** No requests. */
    public static final ProbeLoad NONE = new ProbeLoad(0, 0, 0, 0);

    /** Checks the ranges. */
    public ProbeLoad {
        check("workMicros", workMicros, 0, MOST_MICROS);
        check("workLoops", workLoops, 0, Integer.MAX_VALUE);
        check("burstTicks", burstTicks, 0, MOST_MICROS);
        check("periodTicks", periodTicks, burstTicks, MOST_MICROS);
    }

    private static void check(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " must be in [" + low + ", " + high + "], " + name + "=" + value);
        }
    }

    /** Returns a request of {@code micros} with every tick. */
    public static ProbeLoad microsPerTick(int micros) {
        return new ProbeLoad(micros, 0, 1, 1);
    }

    /** Returns a request of {@code loops} turns with every tick. */
    public static ProbeLoad loopsPerTick(int loops) {
        return new ProbeLoad(0, loops, 1, 1);
    }

    /** Returns this in bursts: the first {@code burst} of every {@code period} ticks. */
    public ProbeLoad inBursts(int burst, int period) {
        return new ProbeLoad(workMicros, workLoops, burst, period);
    }

    /** Returns whether there are requests at all. */
    public boolean present() {
        return burstTicks > 0;
    }

    /** Returns whether the requests pause. */
    public boolean pauses() {
        return periodTicks > burstTicks;
    }

    /** Returns it in words. */
    public String text() {
        if (!present()) {
            return "none";
        }
        String work = workLoops > 0 ? workLoops + " loops" : workMicros + " us";
        return work + " per tick" + (pauses() ? ", " + burstTicks + " of " + periodTicks + " ticks" : "");
    }
}
