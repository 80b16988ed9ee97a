package io.torosim.fat.testkit;

import java.io.IOException;
import java.util.Arrays;

/** Scenarios on volumes with what other systems leave: marks, labels, attributes, times, names. */
final class Foreign {
    private static final int READ_ONLY = 1;
    private static final int HIDDEN_SYSTEM = 6;
    private static final int LABEL = 8;
    private static final int DIRECTORY = 0x10;

    private Foreign() {}

    static void endMarks(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        for (int i = 0; i < 8; i++) {
            volume.file("/END" + i, "END" + i + "       ", HandMade.PLAIN, 0xfff8 + i, 10 + 3 * i, 12 + 3 * i);
            volume.fullDirectory("/DIR" + i, "DIR" + i + "       ", 0xfff8 + i, 50 + 3 * i, 51 + 3 * i);
        }
        trial.mountOwn(volume);
        trial.readAll();
        for (int i = 0; i < 8; i += 2) {
            trial.delete("/END" + i);
        }
        trial.unmount();
    }

    static void badClusters(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        for (int cluster = 2; cluster < 100; cluster += cluster < 10 ? 1 : 3) {
            volume.entry(cluster, 0xfff7);
        }
        trial.mountOwn(volume);
        trial.write("/A", 800 * 512);
        trial.makeDirectory("/D");
        trial.write("/D/B", 5000);
        for (DiskOracle.Item item : trial.unmount().items().values()) {
            for (int cluster : item.clusters()) {
                if (cluster < 10 || cluster < 100 && (cluster - 10) % 3 == 0) {
                    throw new Trial.Failure("gives out cluster " + cluster + ", which is marked bad");
                }
            }
        }
    }

    static void label(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        int slot = volume.slot("MY LABEL   ", LABEL, 0, 0);
        volume.file("/A.TXT", "A       TXT", HandMade.PLAIN, 0xffff, 5);
        trial.mountOwn(volume);
        trial.lists("/", "A.TXT");
        trial.write("/B.TXT", 100);
        trial.unmount();
        byte[] disk = trial.takenDisk();
        for (int at = slot; at < slot + 512 * 32; at += 32) { // it may stand in another slot of the root directory
            if (Arrays.equals(disk, at, at + 11, volume.disk(), slot, slot + 11) && (disk[at + 11] & LABEL) != 0) {
                return;
            }
        }
        throw new Trial.Failure("the label is gone, or another");
    }

    static void checksum(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        volume.longName("another.text", "SHORT   TXT", 1);
        volume.file("/SHORT.TXT", "SHORT   TXT", HandMade.PLAIN, 0xffff, 5);
        trial.mountOwn(volume);
        trial.lists("/", "SHORT.TXT");
        trial.readAll();
    }

    static void shortLookup(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        volume.longName("a long n.text", "ALONGN~1TEX", 0);
        volume.file("/a long n.text", "ALONGN~1TEX", HandMade.PLAIN, 0xffff, 5, 7);
        trial.mountOwn(volume);
        trial.readAll();
        trial.reads("/ALONGN~1.TEX", volume.files().get("/a long n.text"));
        trial.lists("/", "a long n.text");
    }

    static void caseFlags(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        String[] shown = {"/BOTH.BIG", "/base.BIG", "/EXT.low", "/both.low"};
        String[] raw = {"BOTH    BIG", "BASE    BIG", "EXT     LOW", "BOTH    LOW"};
        for (int i = 0; i < 4; i++) {
            int slot = volume.file(shown[i], raw[i], HandMade.PLAIN, 0xffff, 5 + i);
            volume.disk()[slot + 12] = (byte) (8 * i);
        }
        trial.mountOwn(volume);
        trial.readAll();
        trial.write("/MORE", 10);
        trial.unmount();
    }

    static void hidden(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        volume.file("/IO.SYS", "IO      SYS", HIDDEN_SYSTEM | READ_ONLY, 0xffff, 5);
        volume.file("/HIDDEN", "HIDDEN     ", 2, 0xffff, 6);
        volume.file("/SYSTEM", "SYSTEM     ", 4, 0xffff, 7);
        trial.mountOwn(volume);
        trial.readAll();
    }

    static void readOnly(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        volume.file("/KEPT", "KEPT       ", HandMade.PLAIN | READ_ONLY, 0xffff, 5, 6);
        trial.mountOwn(volume);
        trial.readAll();
        trial.refuses("to delete a read-only file", mounted -> mounted.delete("/KEPT"));
        trial.refuses("to write a read-only file", mounted -> mounted.write("/KEPT", new byte[10]));
    }

    static void readOnlyDirectory(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        volume.directory("/FIXED", "FIXED      ", DIRECTORY | READ_ONLY, 5);
        trial.mountOwn(volume);
        trial.write("/FIXED/A.TXT", 700);
        trial.makeDirectory("/FIXED/D");
        trial.write("/FIXED/gone.txt", 100);
        trial.delete("/FIXED/gone.txt");
        trial.move("/FIXED/A.TXT", "/FIXED/another name.txt");
        DiskOracle.Item item = trial.item("/FIXED");
        if (item.attributes() != (DIRECTORY | READ_ONLY)) {
            throw new Trial.Failure("attributes were 11h, are " + Integer.toHexString(item.attributes()) + "h");
        }
    }

    static void rewriteKeeps(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        int slot = volume.file("/CONFIG", "CONFIG     ", HIDDEN_SYSTEM, 0xffff, 5, 6);
        trial.mountOwn(volume);
        trial.write("/CONFIG", 3000);
        DiskOracle.Item item = trial.item("/CONFIG");
        if ((item.attributes() & HIDDEN_SYSTEM) != HIDDEN_SYSTEM) {
            throw new Trial.Failure("attributes were 6h, are " + Integer.toHexString(item.attributes()) + "h");
        }
        same(trial, volume, slot, item, 14, 18, "creation time");
    }

    static void moveKeeps(Trial trial) throws IOException, Trial.Failure {
        HandMade volume = HandMade.usual(trial.wide());
        int first = volume.file("/MOVED", "MOVED      ", HIDDEN_SYSTEM, 0xffff, 5, 8);
        int second = volume.file("/RENAMED", "RENAMED    ", HandMade.PLAIN, 0xffff, 10, 9);
        trial.mountOwn(volume);
        trial.makeDirectory("/D");
        trial.move("/MOVED", "/D/OTHER");
        trial.move("/RENAMED", "/a name that is long enough for four slots, or more");
        DiskOracle oracle = trial.unmount();
        kept(trial, volume, first, Trial.item(oracle, "/D/OTHER"));
        kept(trial, volume, second, Trial.item(oracle, "/a name that is long enough for four slots, or more"));
    }

    private static void kept(Trial trial, HandMade volume, int slot, DiskOracle.Item item) throws Trial.Failure {
        same(trial, volume, slot, item, 11, 12, "attributes");
        same(trial, volume, slot, item, 14, 18, "creation time");
        same(trial, volume, slot, item, 22, 26, "time of the last write");
        same(trial, volume, slot, item, 26, 28, "first cluster");
        same(trial, volume, slot, item, 28, 32, "size");
    }

    private static void same(Trial trial, HandMade was, int slot, DiskOracle.Item is, int from, int to, String what)
            throws Trial.Failure {
        if (!Arrays.equals(was.disk(), slot + from, slot + to, trial.takenDisk(), is.slot() + from, is.slot() + to)) {
            throw new Trial.Failure("changes the " + what);
        }
    }
}
