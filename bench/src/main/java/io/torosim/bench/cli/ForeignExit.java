package io.torosim.bench.cli;

import io.torosim.core.file.WholeFile;
import io.torosim.sweep.CellExecutor;

/**
 * A class of the user's, such as an idle policy, that ends the process by System.exit: no result is right, so one line names the place, and the status is 2 whatever it
 * asked for. Of a study's model this is said by the command {@code study} itself, with what is kept.
 */
final class ForeignExit {
    private volatile boolean over;

    private ForeignExit() {}

    /** Looks from now on. */
    static ForeignExit watch(String... args) {
        ForeignExit exit = new ForeignExit();
        exit.over = args.length == 0 || args[0].equals("study");
        if (!exit.over) {
            Runtime.getRuntime().addShutdownHook(new Thread(exit::onEnd, "foreign-exit"));
        }
        return exit;
    }

    /** The command has come to its own end. */
    void over() {
        over = true;
    }

    /** A signal passes no place. */
    private void onEnd() {
        if (over) {
            return;
        }
        CellExecutor.exitPlace().ifPresent(place -> {
            WholeFile.removePartsNow();
            System.err.println("torosim: the process was ended by System.exit at " + place);
            System.err.flush();
            Runtime.getRuntime().halt(Torosim.EXIT_USAGE);
        });
    }
}
