import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.Tally.TimeWeighted;
import io.torosim.core.time.Picos;
import java.util.Locale;

/** A model of one's own on the event engine: cars come at random, a ferry with ten places leaves every ten minutes. */
public final class Ferry {
    private static final long MINUTE = 60 * Picos.PER_SECOND;
    private static final int PLACES = 10;

    private final Simulation simulation = new Simulation();
    private final TimeWeighted waiting = new TimeWeighted(0, 0);
    private final SimRandom gaps = new RandomStreams(42).stream("cars");
    private int queue;
    private int carried;

    private Ferry() {
        simulation.after(gaps.nextExponential(MINUTE), this::car, 0, 0);
        simulation.after(10 * MINUTE, this::leave, 0, 0);
    }

    private void car(int op, long arg) {
        queue++;
        waiting.add(simulation.nowPs(), 1);
        simulation.after(gaps.nextExponential(MINUTE * 5 / 4), this::car, 0, 0); // 48 cars an hour
    }

    private void leave(int op, long arg) {
        int aboard = Math.min(queue, PLACES);
        queue -= aboard;
        carried += aboard;
        waiting.add(simulation.nowPs(), -aboard);
        simulation.after(10 * MINUTE, this::leave, 0, 0);
    }

    public static void main(String[] args) {
        Ferry ferry = new Ferry();
        ferry.simulation.runUntil(24 * 60 * MINUTE);
        System.out.printf(
                Locale.ROOT,
                "%d cars carried in a day, %.2f waiting in the mean%n",
                ferry.carried,
                ferry.waiting.mean(ferry.simulation.nowPs()));
    }
}
