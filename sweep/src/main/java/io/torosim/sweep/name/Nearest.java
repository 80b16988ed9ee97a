package io.torosim.sweep.name;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that somebody may have meant: those that take the fewest slips (Damerau, 1964: a letter more, less, other, or two exchanged). */
public final class Nearest {
    private static final int MOST = 3;
    private static final int FEW = 12;

    private Nearest() {}

    /** Returns what to say of a name that is not known: all names if they are few, else the nearest. */
    public static String hint(String name, Collection<String> known) {
        if (known.isEmpty()) {
            return "there is none";
        }
        return known.size() <= FEW
                ? "there are " + String.join(", ", to(name, known, FEW))
                : "nearest are " + String.join(", ", to(name, known, MOST)) + " of " + known.size();
    }

    /** Returns up to {@code most} names, the nearest first, those equally near in the order given. */
    public static List<String> to(String name, Collection<String> known, int most) {
        return known.stream()
                .sorted(Comparator.comparingInt((String other) -> slips(name, other)))
                .limit(most)
                .toList();
    }

    /** Returns how many slips make one of the other. O(product of the lengths). */
    public static int slips(String a, String b) {
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] before = last;
            last = row;
            row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int other = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(other, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }
}
