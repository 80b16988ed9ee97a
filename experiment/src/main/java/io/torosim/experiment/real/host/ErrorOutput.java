package io.torosim.experiment.real.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Takes what a process says on a stream and keeps the beginning, however much it is and whatever bytes. */
final class ErrorOutput {
    private static final int KEPT = 2000;

    private final byte[] kept = new byte[KEPT];
    private final Thread reader;
    private int length;

    ErrorOutput(InputStream stream) {
        reader = new Thread(() -> read(stream), "qemu-errors");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream) {
        byte[] piece = new byte[8192];
        try (stream) {
            for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                keep(piece, count);
            }
        } catch (IOException e) {
            return; // the process was ended
        }
    }

    private synchronized void keep(byte[] piece, int count) {
        int more = Math.min(count, KEPT - length);
        System.arraycopy(piece, 0, kept, length, more);
        length += more;
    }

    /** Returns it in printable characters, shortened; waits a moment for the rest of it. */
    String text() {
        try {
            reader.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String all;
        synchronized (this) {
            all = new String(kept, 0, length, StandardCharsets.UTF_8);
        }
        return printable(all, 500);
    }

    /** Returns {@code text} with a question mark for whatever is no character to be printed, and no more than {@code most} of it. */
    static String printable(String text, int most) {
        String clean = text.strip().replaceAll("[\\p{Cntrl}\\uFFFD&&[^\\n\\t]]+", "?");
        return clean.length() > most ? clean.substring(0, most) + "..." : clean;
    }
}
