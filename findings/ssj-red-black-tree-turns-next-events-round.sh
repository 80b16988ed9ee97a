#!/usr/bin/env bash
# SSJ 3.3.2 (ca.umontreal.iro.simul): a model gives its simulator one of five event lists, "for speed only". An event that runs makes three others with
# scheduleNext(), each to be the very next one.
# Guess, written down before: the last one made runs first, so 3 2 1, whatever the list.
# Wrong for one of five: with RedblackTree they run 1 2 3, alone or in front of other events, of the same time or later ones. BinaryTree, DoublyLinked, Henriksen
# and SplayTree run 3 2 1. Events of equal time made by schedule() run in the order in which they were made with all five, so a
# model without scheduleNext() does not notice; one with it changes its results with the list.
# Seen with ssj 3.3.2: BinaryTree 321ab DoublyLinked 321ab Henriksen 321ab RedblackTree 123ab SplayTree 321ab.
# Fails if the lists agree.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>ca.umontreal.iro.simul</groupId><artifactId>ssj</artifactId><version>3.3.2</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Next.java <<'J'
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.*;

public class Next {
    static final StringBuilder RAN = new StringBuilder();

    static Event named(Simulator s, String name) {
        return new Event(s) {
            @Override
            public void actions() {
                RAN.append(name);
            }
        };
    }

    public static void main(String[] args) {
        EventList[] lists = {new BinaryTree(), new DoublyLinked(), new Henriksen(), new RedblackTree(), new SplayTree()};
        for (EventList list : lists) {
            Simulator s = new Simulator();
            s.init(list);
            RAN.append(RAN.length() == 0 ? "" : " ").append(list.getClass().getSimpleName()).append(' ');
            new Event(s) {
                @Override
                public void actions() {
                    named(s, "1").scheduleNext();
                    named(s, "2").scheduleNext();
                    named(s, "3").scheduleNext();
                }
            }.schedule(5);
            named(s, "a").schedule(5);
            named(s, "b").schedule(7);
            s.start();
        }
        System.out.println(RAN);
    }
}
J
javac -cp 'lib/*' Next.java
got=$(java -cp 'lib/*:.' Next)
echo "$got"
[ "$got" = "BinaryTree 321ab DoublyLinked 321ab Henriksen 321ab RedblackTree 123ab SplayTree 321ab" ] || { echo "changed"; exit 1; }
