#!/usr/bin/env bash
# SSJ 3.3.2 (ca.umontreal.iro.simul): AntitheticStream gives the mirror images of a stream's numbers, for a second run that varies against the first (1 - u for u).
# Guess, written down before: where the stream gives an integer x of nextInt(3, 7), the antithetic one gives 10 - x, from 3 to 7 as any random stream does.
# Wrong: 4 - x, from -3 to 1. The mirror takes the length of the range for the sum of its ends, as its documentation spells out, and is right for ranges that begin at 0. A model
# that draws a number of packets from 3 to 7 gets none or fewer than none in its antithetic run. nextArrayOfInt does the same; nextDouble is right.
# Seen with ssj 3.3.2, 10,000 draws: 3 to 7 comes out as -3 to 1, 0 to 4 as 0 to 4; sum of the pair always 4.
# Fails if the range is kept.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>ca.umontreal.iro.simul</groupId><artifactId>ssj</artifactId><version>3.3.2</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Mirror.java <<'J'
import java.util.TreeSet;
import umontreal.ssj.rng.AntitheticStream;
import umontreal.ssj.rng.MRG32k3a;
import umontreal.ssj.rng.RandomStream;

public class Mirror {
    static final int DRAWS = 10_000;

    /** The extremes of a stream's draws of nextInt(from, to), and those of the antithetic stream's, and the sums of pairs. */
    static void show(int from, int to) {
        RandomStream plain = new MRG32k3a();
        RandomStream mirror = new AntitheticStream(plain);
        int[] drawn = new int[DRAWS];
        TreeSet<Integer> there = new TreeSet<>();
        TreeSet<Integer> mirrored = new TreeSet<>();
        TreeSet<Integer> sums = new TreeSet<>();
        for (int i = 0; i < DRAWS; i++) {
            drawn[i] = plain.nextInt(from, to);
            there.add(drawn[i]);
        }
        mirror.resetStartStream();
        for (int i = 0; i < DRAWS; i++) {
            int image = mirror.nextInt(from, to);
            mirrored.add(image);
            sums.add(image + drawn[i]);
        }
        System.out.println(there.first() + " to " + there.last() + ": " + mirrored.first() + " to " + mirrored.last() + ", sums " + sums);
    }

    public static void main(String[] args) {
        show(3, 7);
        show(0, 4);
    }
}
J
javac -cp 'lib/*' Mirror.java
got=$(java -cp 'lib/*:.' Mirror)
echo "$got"
[ "$got" = $'3 to 7: -3 to 1, sums [4]\n0 to 4: 0 to 4, sums [4]' ] || { echo "changed"; exit 1; }
