#!/usr/bin/env bash
# djutils-stats 2.4.2 (the statistics of DSOL 4.3.2): Tally.getConfidenceInterval(0.05), "a 95 percent confidence level", as of the means of a few replications.
# Guess, written down before: of 1, 2, 3, 4, 10 by Student's t with four degrees of freedom, up to 8.39 (4 + 2.776 times 1.581).
# Wrong: up to 7.10, by 1.96 of the normal distribution however few there are, and both ends are cut at the least and greatest observation. Of two observations
# it is never more than the range between them, which holds the true mean of a normal distribution every second time instead of 19 times in 20; of five, in 87 of 100.
# Seen with djutils-stats 2.4.2: [1.0, 7.098975714830375]; of 100,000 samples each, the mean is within in 50 % (2 observations), 87 % (5), 94 % (30).
# Fails if the bound or a share changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>org.djutils</groupId><artifactId>djutils-stats</artifactId><version>2.4.2</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Interval.java <<'J'
import java.util.Arrays;
import java.util.Random;
import org.djutils.stats.summarizers.Tally;

public class Interval {
    public static void main(String[] args) {
        Tally five = new Tally("five");
        for (double x : new double[] {1, 2, 3, 4, 10}) {
            five.register(x);
        }
        StringBuilder line = new StringBuilder(Arrays.toString(five.getConfidenceInterval(0.05)));
        Random random = new Random(1);
        for (int n : new int[] {2, 5, 30}) {
            int within = 0;
            for (int sample = 0; sample < 100_000; sample++) {
                Tally tally = new Tally("t");
                for (int i = 0; i < n; i++) {
                    tally.register(random.nextGaussian());
                }
                double[] interval = tally.getConfidenceInterval(0.05);
                within += interval[0] <= 0 && 0 <= interval[1] ? 1 : 0;
            }
            line.append(' ').append(Math.round(within / 1000.0));
        }
        System.out.println(line);
    }
}
J
javac -cp 'lib/*' Interval.java
got=$(java -cp 'lib/*:.' Interval 2>/dev/null | grep '^\[')
echo "$got"
[ "$got" = "[1.0, 7.098975714830375] 50 87 94" ] || { echo "changed"; exit 1; }
