package io.torosim.fat.nio;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** URIs of the form {@code fat:file:///x/disk.img!/DIR/A.TXT}, as {@code jar:} has them. */
final class FatUri {
    static final String SCHEME = "fat";
    private static final String DEVICE = "device";

    private FatUri() {}

    /** {@code image} is what stands for the volume, {@code path} is absolute. */
    static URI of(URI image, String path) {
        return URI.create(SCHEME + ":" + image + "!" + encoded(path));
    }

    /** Returns what stands for the image in the URIs of a volume that lies in no file. */
    static URI ofDevice(String image, int number) {
        return URI.create(DEVICE + ":" + encoded("/" + image).substring(1) + (number == 1 ? "" : "~" + number));
    }

    /** Returns whether a URI names a volume that lies in no file. */
    static boolean isDevice(URI uri) {
        return checked(uri).startsWith(DEVICE + ":");
    }

    /** Returns the part of a URI that stands for the volume. */
    static String volume(URI uri) {
        String rest = checked(uri);
        int bang = rest.lastIndexOf("!/");
        return bang < 0 ? rest : rest.substring(0, bang);
    }

    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).getRawPath().replace("!", "%21");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    /** Returns the image of a URI. */
    static Path image(URI uri) {
        return Path.of(URI.create(volume(uri)));
    }

    /** Returns the path inside the image. */
    static String path(URI uri) {
        String rest = checked(uri);
        int bang = rest.lastIndexOf("!/");
        if (bang < 0) {
            throw new IllegalArgumentException("uri must have !/ and a path behind the image, uri=" + uri);
        }
        return URI.create(rest.substring(bang + 1)).getPath();
    }

    private static String checked(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("uri must have the scheme fat, uri=" + uri);
        }
        return uri.getRawSchemeSpecificPart();
    }
}
