package io.torosim.fat.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Directories that are watched. Every wait is for something that must come; how long it takes is not looked at. */
class WatchTest {
    private FileSystem fs;
    private WatchService watch;
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        fs = FatFileSystemProvider.inMemory("4M");
        watch = fs.newWatchService();
        directory = Files.createDirectory(fs.getPath("/D"));
    }

    @AfterEach
    void close() throws IOException {
        watch.close();
        fs.close();
    }

    /** Takes events until there are as many, as {@code KIND name}. */
    private List<String> events(int count) throws InterruptedException {
        var all = new ArrayList<String>();
        while (all.size() < count) {
            WatchKey key = watch.poll(60, TimeUnit.SECONDS);
            assertThat(key).as("an event within a minute, after " + all).isNotNull();
            for (WatchEvent<?> event : key.pollEvents()) {
                all.add(event.kind() + " " + event.context());
            }
            key.reset();
        }
        return all;
    }

    @Test
    void filesComeChangeAndGo() throws Exception {
        WatchKey key = directory.register(watch, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        assertThat(watch.poll()).isNull();
        Path file = Files.writeString(directory.resolve("a long name.txt"), "1");
        assertThat(events(1)).first().isEqualTo("ENTRY_CREATE a long name.txt");
        Files.writeString(file, "2"); // as long as before and within the two seconds of a FAT time
        assertThat(events(1)).last().isEqualTo("ENTRY_MODIFY a long name.txt");
        Files.setAttribute(file, "dos:hidden", true);
        assertThat(events(1)).containsExactly("ENTRY_MODIFY a long name.txt");
        Files.move(file, directory.resolve("OTHER"));
        assertThat(events(2)).containsExactly("ENTRY_DELETE a long name.txt", "ENTRY_CREATE OTHER");
        Files.delete(directory.resolve("OTHER"));
        assertThat(events(1)).containsExactly("ENTRY_DELETE OTHER");
        assertThat(key.isValid()).isTrue();
        assertThat(key.watchable()).isEqualTo(directory);
    }

    @Test
    void onlyWhatWasAskedFor_andWhatIsBelowIsNotWatched() throws Exception {
        WatchKey key = directory.register(watch, ENTRY_DELETE);
        Path below = Files.createDirectory(directory.resolve("BELOW"));
        Files.writeString(below.resolve("X"), "x");
        Files.writeString(directory.resolve("A"), "a");
        assertThat(directory.register(watch, new WatchEvent.Kind<?>[] {ENTRY_CREATE, OVERFLOW}))
                .as("one key for a directory")
                .isSameAs(key);
        Files.writeString(directory.resolve("B"), "b");
        var names = new TreeSet<String>();
        while (!names.contains("ENTRY_CREATE B")) { // what came before the second call may be seen by the look after it
            names.addAll(events(1));
        }
        assertThat(names).allMatch(name -> name.matches("ENTRY_CREATE (A|B|BELOW)"));
    }

    @Test
    void directoryThatGoes_endsItsKey() throws Exception {
        WatchKey key = directory.register(watch, ENTRY_CREATE);
        Files.delete(directory);
        assertThat(watch.take()).isSameAs(key);
        assertThat(key.isValid()).isFalse();
        assertThat(key.reset()).isFalse();
        Path again = Files.createDirectory(directory);
        WatchKey second = again.register(watch, ENTRY_CREATE);
        assertThat(second).isNotSameAs(key);
        second.cancel();
        assertThat(second.isValid()).isFalse();
    }

    @Test
    void manyEvents_endInOneThatSaysSo() throws Exception {
        WatchKey key = directory.register(watch, ENTRY_CREATE);
        for (int i = 0; i < 700; i++) {
            Files.createFile(directory.resolve("F" + i));
        }
        int count = 0;
        WatchEvent<?> last = null;
        while (count < 700) {
            assertThat(watch.poll(60, TimeUnit.SECONDS)).isSameAs(key);
            List<WatchEvent<?>> events = key.pollEvents();
            assertThat(events).hasSizeLessThanOrEqualTo(512);
            for (WatchEvent<?> event : events) {
                count += event.count();
                last = event;
            }
            key.reset();
        }
        assertThat(count).isEqualTo(700);
        assertThat(last).isNotNull();
        assertThat(last.kind() == OVERFLOW).isEqualTo(last.context() == null);
    }

    @Test
    void closing_wakesWhoWaits_andEndsIt() throws Exception {
        directory.register(watch, ENTRY_CREATE);
        var thrown = new AtomicReference<Throwable>();
        Thread waiting = new Thread(() -> {
            try {
                watch.take();
            } catch (InterruptedException | ClosedWatchServiceException e) {
                thrown.set(e);
            }
        });
        waiting.start();
        fs.close();
        waiting.join();
        assertThat(thrown.get()).isInstanceOf(ClosedWatchServiceException.class);
        assertThatThrownBy(watch::poll).isInstanceOf(ClosedWatchServiceException.class);
    }

    @Test
    void mistakes_areNamed() throws Exception {
        Path file = Files.createFile(fs.getPath("/file"));
        assertThatThrownBy(() -> file.register(watch, ENTRY_CREATE)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> fs.getPath("/none").register(watch, ENTRY_CREATE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> directory.register(watch, OVERFLOW)).hasMessage("no kind of events to watch for");
        assertThatThrownBy(() -> directory.register(watch, new WatchEvent.Kind<?>[] {ENTRY_CREATE}, () -> "TREE"))
                .isInstanceOf(UnsupportedOperationException.class);
        try (WatchService host = FileSystems.getDefault().newWatchService();
                FileSystem other = FatFileSystemProvider.inMemory("1M");
                WatchService another = other.newWatchService()) {
            for (WatchService wrong : List.of(host, another)) {
                assertThatThrownBy(() -> directory.register(wrong, ENTRY_CREATE))
                        .isInstanceOf(ProviderMismatchException.class);
            }
        }
        Files.move(file, directory.resolve("FILE"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(watch.poll()).as("nothing is watched").isNull();
    }
}
