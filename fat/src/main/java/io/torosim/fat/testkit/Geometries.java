package io.torosim.fat.testkit;

import java.io.IOException;

/** Scenarios on volumes of other geometries: a file made by hand is read, others are written beside it. */
final class Geometries {
    private Geometries() {}

    private static void tryOne(Trial trial, int clusters, int rootEntries, int sectorBytes, int reserved, int fats)
            throws IOException, Trial.Failure {
        tryOne(trial, clusters, rootEntries, sectorBytes, 1, reserved, fats);
    }

    private static void tryOne(
            Trial trial, int clusters, int rootEntries, int sectorBytes, int perCluster, int reserved, int fats)
            throws IOException, Trial.Failure {
        var volume = new HandMade(clusters, rootEntries, sectorBytes, perCluster, reserved, fats);
        int clusterBytes = sectorBytes * perCluster;
        volume.file("/READ.BIN", "READ    BIN", HandMade.PLAIN, 0xffff, 9, 5, clusters + 1);
        trial.mountOwn(volume);
        trial.readAll();
        trial.write("/WRITTEN.BIN", 5 * clusterBytes + 1);
        trial.makeDirectory("/D");
        trial.write("/D/a long name of more slots.text", 2 * clusterBytes);
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }

    private static int clusters(Trial trial) {
        return trial.wide() ? 4200 : 300;
    }

    static void sectorSizes(Trial trial) throws IOException, Trial.Failure {
        for (int sectorBytes : new int[] {1024, 2048, 4096}) {
            tryOne(trial, clusters(trial), 512, sectorBytes, 1, 2);
        }
    }

    static void clusterSizes(Trial trial) throws IOException, Trial.Failure {
        for (int perCluster : new int[] {2, 4, 8, 64}) {
            tryOne(trial, clusters(trial), 512, 512, perCluster, 1, 2);
        }
        tryOne(trial, clusters(trial), 512, 2048, 4, 1, 2);
    }

    static void reserved(Trial trial) throws IOException, Trial.Failure {
        for (int reserved : new int[] {2, 9}) {
            tryOne(trial, clusters(trial), 512, 512, reserved, 2);
        }
    }

    static void fatCounts(Trial trial) throws IOException, Trial.Failure {
        for (int fats : new int[] {1, 3}) {
            tryOne(trial, clusters(trial), 512, 512, 1, fats);
        }
    }

    static void rootSizes(Trial trial) throws IOException, Trial.Failure {
        for (int rootEntries : new int[] {16, 112, 1008}) {
            tryOne(trial, clusters(trial), rootEntries, 512, 1, 2);
        }
    }

    static void typeLimit(Trial trial) throws IOException, Trial.Failure {
        tryOne(trial, trial.wide() ? 4085 : 4084, 512, 512, 1, 2);
    }
}
