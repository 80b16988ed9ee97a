package io.torosim.fat.nio;

import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import java.io.IOException;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Attributes by name, as {@code Files.readAttributes(path, "dos:*")} and {@code Files.setAttribute} ask for them. */
final class NamedAttributes {
    private static final Map<String, Function<FatFileAttributes, Object>> BASIC = new LinkedHashMap<>();
    private static final Map<String, Function<FatFileAttributes, Object>> DOS = new LinkedHashMap<>();
    private static final Map<String, Function<FatFileAttributes, Object>> FAT = new LinkedHashMap<>();

    static {
        BASIC.put("size", FatFileAttributes::size);
        BASIC.put("creationTime", FatFileAttributes::creationTime);
        BASIC.put("lastAccessTime", FatFileAttributes::lastAccessTime);
        BASIC.put("lastModifiedTime", FatFileAttributes::lastModifiedTime);
        BASIC.put("isDirectory", FatFileAttributes::isDirectory);
        BASIC.put("isRegularFile", FatFileAttributes::isRegularFile);
        BASIC.put("isSymbolicLink", FatFileAttributes::isSymbolicLink);
        BASIC.put("isOther", FatFileAttributes::isOther);
        BASIC.put("fileKey", FatFileAttributes::fileKey);
        DOS.putAll(BASIC);
        DOS.put("readonly", FatFileAttributes::isReadOnly);
        DOS.put("hidden", FatFileAttributes::isHidden);
        DOS.put("system", FatFileAttributes::isSystem);
        DOS.put("archive", FatFileAttributes::isArchive);
        FAT.putAll(DOS);
        FAT.put("shortName", FatFileAttributes::shortName);
        FAT.put("firstCluster", FatFileAttributes::firstCluster);
        FAT.put("rawCreationTime", FatFileAttributes::rawCreationTime);
        FAT.put("rawLastModifiedTime", FatFileAttributes::rawLastModifiedTime);
    }

    private NamedAttributes() {}

    private static Map<String, Function<FatFileAttributes, Object>> view(String name) {
        return switch (name) {
            case "basic" -> BASIC;
            case "dos" -> DOS;
            case "fat" -> FAT;
            default -> throw new UnsupportedOperationException("view must be basic, dos or fat, view=" + name);
        };
    }

    private static String viewName(String attribute) {
        int colon = attribute.indexOf(':');
        return colon < 0 ? "basic" : attribute.substring(0, colon);
    }

    static Map<String, Object> read(FatEntry entry, String wanted) throws IOException {
        var view = view(viewName(wanted));
        String list = wanted.substring(wanted.indexOf(':') + 1);
        var result = new LinkedHashMap<String, Object>();
        FatFileAttributes attributes = entry.attributes();
        for (String name : list.split(",")) {
            if (name.equals("*")) {
                view.forEach((key, value) -> result.put(key, value.apply(attributes)));
            } else if (view.containsKey(name)) {
                result.put(name, view.get(name).apply(attributes));
            } else {
                throw new IllegalArgumentException("unknown attribute, name=" + name + ", in " + wanted);
            }
        }
        return result;
    }

    /** Checks that a file or directory can be made with some attributes. */
    static void checkInitial(FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            String name = attribute.name();
            if (!name.startsWith("dos:") && !name.startsWith("fat:")) {
                throw new UnsupportedOperationException("attribute cannot be set at creation, name=" + name);
            }
        }
    }

    static void setAll(FatEntry entry, FileAttribute<?>... attributes) throws IOException {
        for (FileAttribute<?> attribute : attributes) {
            set(entry, attribute.name(), attribute.value());
        }
    }

    static void set(FatEntry entry, String attribute, Object value) throws IOException {
        String viewName = viewName(attribute);
        String name = attribute.substring(attribute.indexOf(':') + 1);
        if (!view(viewName).containsKey(name)) {
            throw new IllegalArgumentException("unknown attribute, name=" + attribute);
        }
        var view = new FatFileAttributeView(entry, viewName);
        switch (name) {
            case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
            case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
            case "creationTime" -> view.setTimes(null, null, (FileTime) value);
            case "readonly" -> view.setReadOnly((Boolean) value);
            case "hidden" -> view.setHidden((Boolean) value);
            case "system" -> view.setSystem((Boolean) value);
            case "archive" -> view.setArchive((Boolean) value);
            default -> throw new IllegalArgumentException("attribute cannot be set, name=" + attribute);
        }
    }
}
