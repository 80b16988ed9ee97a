#!/usr/bin/env bash
# DSOL 4.3.2 (nl.tudelft.simulation): SimPersistent is the statistic of what lasts in simulated time, such as the length of a queue. Two customers wait from time 5, six from 15; the replication
# runs to 20 with a warm-up of 10, at which statistics begin anew.
# Guess, written down before: the mean over 10 to 20 is 4, since two still wait from 10 to 15; a warm-up forgets what was observed, not what is there.
# Wrong: 3. At the warm-up the statistic registers the value 0, which lasts until the model reports a change. A queue that stays as long as it is over
# the whole rest counts as empty: with no change at 15 the mean is 0. So a model must report its values
# once more at the warm-up; an event of that time will do, since it runs behind it.
# Seen with dsol-core 4.3.2: mean 3.0 with the change at 15, 0.0 without; 4.0 if the model reports its 2 once more at 10, by an event at that time.
# Fails if the value outlives the warm-up.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>nl.tudelft.simulation</groupId><artifactId>dsol-core</artifactId><version>4.3.2</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Warm.java <<'J'
import java.util.concurrent.CountDownLatch;
import nl.tudelft.simulation.dsol.SimRuntimeException;
import nl.tudelft.simulation.dsol.experiment.Replication;
import nl.tudelft.simulation.dsol.experiment.SingleReplication;
import nl.tudelft.simulation.dsol.model.AbstractDsolModel;
import nl.tudelft.simulation.dsol.simulators.DevsSimulator;
import nl.tudelft.simulation.dsol.statistics.SimPersistent;
import org.djutils.event.LocalEventProducer;

public class Warm {
    static class Model extends AbstractDsolModel<Double, DevsSimulator<Double>> {
        final double[][] reports;
        SimPersistent<Double> length;

        Model(DevsSimulator<Double> simulator, double[][] reports) {
            super(simulator);
            this.reports = reports;
        }

        @Override
        public void constructModel() throws SimRuntimeException {
            length = new SimPersistent<>("length", "length", this);
            for (double[] report : reports) {
                getSimulator().scheduleEventAbs(report[0], () -> length.register((Number) report[0], report[1]));
            }
        }
    }

    /** The mean of what is reported, each a time and a value. */
    static double mean(double[]... reports) throws Exception {
        DevsSimulator<Double> simulator = new DevsSimulator<>("s");
        Model model = new Model(simulator, reports);
        simulator.initialize(model, new SingleReplication<>("r", 0.0, 10.0, 20.0));
        CountDownLatch ended = new CountDownLatch(1);
        simulator.addListener(event -> ended.countDown(), Replication.END_REPLICATION_EVENT, LocalEventProducer.LAST_POSITION);
        simulator.start();
        ended.await();
        return model.length.getWeightedSampleMean();
    }

    public static void main(String[] args) throws Exception {
        System.out.println("change at 15: " + mean(new double[] {5, 2}, new double[] {15, 6}) + ", none: " + mean(new double[] {5, 2})
                + ", reported at 10 too: " + mean(new double[] {5, 2}, new double[] {10, 2}, new double[] {15, 6}));
        System.exit(0);
    }
}
J
javac -cp 'lib/*' Warm.java
got=$(java -cp 'lib/*:.' Warm 2>/dev/null | grep '^change')
echo "$got"
[ "$got" = "change at 15: 3.0, none: 0.0, reported at 10 too: 4.0" ] || { echo "changed"; exit 1; }
