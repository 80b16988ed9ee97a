package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.layout.CodePage;
import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names come back as they were given: every assigned character, in every code page. */
class NamesTest {
    private static MemoryBlockDevice formatted() throws IOException {
        var device = new MemoryBlockDevice(300_000);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 8));
        return device;
    }

    private static boolean isLegal(int c) {
        return Character.isDefined(c)
                && c >= 0x20
                && c != 0x7f
                && (c < 0xd800 || c > 0xdfff)
                && "\"*/:<>?\\|".indexOf(c) < 0;
    }

    @Test
    void everyAssignedCharacter_comesBack() throws IOException {
        var all = new ArrayList<Integer>();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (isLegal(c)) {
                all.add(c);
            }
        }
        Collections.shuffle(all, new Random(4));
        var names = new ArrayList<String>();
        for (int i = 0; i < all.size(); i += 100) {
            var name = new StringBuilder();
            all.subList(i, Math.min(all.size(), i + 100)).forEach(name::appendCodePoint);
            names.add(name.append('x').toString()); // not to end in a space or a dot
        }
        assertThat(all.size()).isGreaterThan(140_000);
        roundTrip(names, MountOptions.of("names"));
    }

    /** A letter that has two cases stands alone before an extension, in either case, where the case flags could lie. */
    @Test
    void everyLetterWithTwoCases_keepsItsCase() throws IOException {
        for (String page : new String[] {"cp437", "IBM850", "ISO-8859-1", "IBM866", "windows-1251"}) {
            var names = new ArrayList<String>();
            for (int c = 0x80; c < 0x10000; c++) {
                if (isLegal(c) && (Character.toUpperCase(c) != c || Character.toLowerCase(c) != c)) {
                    names.add(Character.toString(c) + ".txt");
                    names.add("A." + Character.toString(c));
                }
            }
            assertThat(names.size()).isGreaterThan(2000);
            roundTrip(names, MountOptions.of("case").withCodePage(page));
        }
    }

    private static void roundTrip(List<String> names, MountOptions options) throws IOException {
        MemoryBlockDevice device = formatted();
        var expected = new TreeSet<String>();
        try (FileSystem fs = FatFileSystemProvider.open(device, options)) {
            var directories = new ArrayList<Path>();
            for (int i = 0; i < 6; i++) { // theta has four forms, all of one upper case
                directories.add(Files.createDirectory(fs.getPath("/" + i)));
            }
            for (String name : names) {
                for (Path directory : directories) {
                    try {
                        Files.createFile(directory.resolve(name));
                        expected.add(directory + "/" + name);
                        break;
                    } catch (FileAlreadyExistsException e) {
                        continue; // its other case is there
                    }
                }
            }
        }
        assertThat(expected).hasSameSizeAs(names);
        assertThat(VolumeCheck.check(device, options).findings()).isEmpty();
        var found = new TreeSet<String>();
        try (FileSystem fs = FatFileSystemProvider.open(device, options);
                var walk = Files.walk(fs.getPath("/"))) {
            walk.filter(Files::isRegularFile).forEach(path -> found.add(path.toString()));
            for (String name : expected) {
                assertThat(Files.exists(fs.getPath(name))).as(name).isTrue();
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everyCodePage_bringsBackTheNamesOfItsCharacters() throws IOException {
        int pages = 0;
        for (Charset charset : Charset.availableCharsets().values()) {
            CodePage page;
            try {
                page = CodePage.of(charset.name());
            } catch (IllegalArgumentException e) {
                continue; // several bytes a character, or EBCDIC
            }
            pages++;
            var names = new ArrayList<String>();
            for (int b = 0x80; b < 0x100; b++) {
                if (isLegal(page.toChar(b)) && !Character.isSpaceChar(page.toChar(b))) {
                    names.add(page.toChar(b) + "" + page.toChar(b));
                }
            }
            roundTrip(
                    new ArrayList<>(new TreeSet<>(names)),
                    MountOptions.of(charset.name()).withCodePage(charset.name()));
        }
        assertThat(pages).isGreaterThan(20);
        assertThatThrownBy(() -> CodePage.of("IBM037")).hasMessageContaining("codepage must have ASCII's letters");
        assertThatThrownBy(() -> CodePage.of("no such")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lowerCaseUmlaut_isReadByMtoolsToo(@TempDir Path directory) throws IOException {
        Tool.require("mdir");
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("umlaut"))) {
            Files.createFile(fs.getPath("/\u00f6.txt"));
            Files.createFile(fs.getPath("/\u00d6\u00d6.TXT"));
        }
        Path image = Files.write(directory.resolve("u.img"), device.toByteArray());
        assertThat(Tool.ok("mdir", "-b", "-i", image.toString(), "::"))
                .isEqualToNormalizingNewlines("::/\u00f6.txt\n::/\u00d6\u00d6.TXT\n");
    }
}
