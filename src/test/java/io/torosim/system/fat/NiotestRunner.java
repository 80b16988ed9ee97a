package io.torosim.system.fat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/** Runs the suite inside the class loader of {@link NiotestTest}. */
public final class NiotestRunner {
    private NiotestRunner() {}

    /** Notes for every test "passed", "skipped" or its exception. */
    public static void run(Path host, boolean readOnly, Map<String, String> outcome) throws IOException {
        NiotestSuite.describe(host, readOnly);
        var core = new JUnitCore();
        core.addListener(new RunListener() {
            @Override
            public void testStarted(Description test) {
                outcome.put(test.getMethodName(), "passed");
            }

            @Override
            public void testFailure(Failure failure) {
                outcome.put(failure.getDescription().getMethodName(), String.valueOf(failure.getException()));
            }

            @Override
            public void testAssumptionFailure(Failure failure) {
                outcome.put(failure.getDescription().getMethodName(), "skipped");
            }
        });
        core.run(NiotestSuite.class);
    }
}
