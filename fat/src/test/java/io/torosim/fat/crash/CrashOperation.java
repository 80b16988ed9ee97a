package io.torosim.fat.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/** The alphabet of the search. An operation that the state does not allow fails and changes nothing, or part of itself. */
enum CrashOperation {
    CREATE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            write(fs, model, "/N.TXT", 400);
        }
    },
    CREATE_LONG_NAME {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            write(fs, model, "/Another long name of a file.txt", 700);
        }
    },
    CREATE_BELOW {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            write(fs, model, "/D/A long name below the directory that makes it grow by a cluster.bin", 600);
        }
    },
    APPEND_WITHIN {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            append(fs, model, "/A.TXT", 100);
        }
    },
    APPEND_OVER {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            append(fs, model, "/A.TXT", 900);
        }
    },
    TRUNCATE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            truncate(fs, model, "/B.BIN", 600);
        }
    },
    TRUNCATE_TO_NOTHING {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            truncate(fs, model, "/B.BIN", 0);
        }
    },
    DELETE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.delete(fs.getPath(LONG));
            model.delete(LONG);
        }
    },
    RENAME {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            move(fs, model, "/A.TXT", "/A new and longer name.txt");
        }
    },
    RENAME_OVER {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            move(fs, model, "/A.TXT", "/B.BIN");
        }
    },
    RENAME_CASE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            move(fs, model, LONG, LONG.toUpperCase(java.util.Locale.ROOT));
        }
    },
    MOVE_DIRECTORY {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            move(fs, model, "/D", "/E/D moved");
        }
    },
    MOVE_FILE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            move(fs, model, "/B.BIN", "/D/b.bin");
        }
    },
    COPY_OVER {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.copy(fs.getPath("/B.BIN"), fs.getPath("/A.TXT"), StandardCopyOption.REPLACE_EXISTING);
            model.replaceByCopy("/B.BIN", "/A.TXT");
        }
    },
    ATTRIBUTE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.setAttribute(fs.getPath(LONG), "dos:hidden", true);
        }
    },
    TIME {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.setLastModifiedTime(fs.getPath("/B.BIN"), FileTime.fromMillis(1_000_000_000_000L));
        }
    },
    MAKE_DIRECTORY {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.createDirectory(fs.getPath("/M"));
            model.create("/M", true);
        }
    },
    REMOVE_DIRECTORY {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            Files.delete(fs.getPath("/E"));
            model.delete("/E");
        }
    },
    FILL {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            write(fs, model, "/FULL.BIN", (int)
                    Files.getFileStore(fs.getPath("/")).getUsableSpace());
        }
    },
    FORCE {
        @Override
        void run(FileSystem fs, CrashModel model) throws IOException {
            try (FileChannel channel = FileChannel.open(fs.getPath("/kept"), StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            model.acknowledge();
        }
    };

    static final String LONG = "/Long name of the first file.text";

    abstract void run(FileSystem fs, CrashModel model) throws IOException;

    /** Makes what the operations meet: 14 of 16 slots of the root's first sector are in use, so that long names cross. */
    static void prepare(FileSystem fs, CrashModel model) throws IOException {
        if (!model.exists("/A.TXT")) {
            write(fs, model, "/A.TXT", 300);
        }
        write(fs, model, "/B.BIN", 1300);
        write(fs, model, LONG, 600);
        for (String directory : new String[] {"/D", "/D/SUB", "/E"}) {
            if (!model.exists(directory)) {
                Files.createDirectory(fs.getPath(directory));
                model.create(directory, true);
            }
        }
        write(fs, model, "/D/C.TXT", 100);
        for (int i = 0; i < 10; i++) {
            write(fs, model, "/D/C" + i, 0);
        }
        write(fs, model, "/D/SUB/X", 50);
        write(fs, model, "/kept", 700);
        for (int i = 0; i < 5; i++) {
            write(fs, model, "/F" + i, 0);
        }
        model.acknowledge();
    }

    static void write(FileSystem fs, CrashModel model, String path, int size) throws IOException {
        try (FileChannel channel =
                FileChannel.open(fs.getPath(path), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            model.create(path, false);
            channel.write(ByteBuffer.wrap(model.bytes(path, 0, size)));
            model.length(path, size);
        }
    }

    private static void append(FileSystem fs, CrashModel model, String path, int count) throws IOException {
        try (FileChannel channel = FileChannel.open(fs.getPath(path), StandardOpenOption.WRITE)) {
            int before = model.length(path);
            channel.write(ByteBuffer.wrap(model.bytes(path, before, count)), before);
            model.length(path, before + count);
        }
    }

    private static void truncate(FileSystem fs, CrashModel model, String path, int size) throws IOException {
        Path file = fs.getPath(path);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
            model.length(path, Math.min(size, model.length(path)));
        }
    }

    private static void move(FileSystem fs, CrashModel model, String from, String to) throws IOException {
        Files.move(fs.getPath(from), fs.getPath(to), StandardCopyOption.REPLACE_EXISTING);
        model.move(from, to);
    }
}
