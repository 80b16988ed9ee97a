package io.torosim.fat.nio;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** URIs of the form {@code fat:file:///x/disk.img!/DIR/A.TXT}, as {@code jar:} has them. */
final class FatUri {
    static final String SCHEME = "fat";

    private FatUri() {}

    static URI of(FatPath path) {
        return URI.create(SCHEME + ":" + path.getFileSystem().imageUri() + "!"
                + encoded(path.toAbsolutePath().toString()));
    }

    static URI ofDevice(String image) {
        return URI.create("device:" + encoded("/" + image).substring(1));
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
        String rest = checked(uri);
        int bang = rest.lastIndexOf("!/");
        return Path.of(URI.create(bang < 0 ? rest : rest.substring(0, bang)));
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
