package io.torosim.guest.app;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The answers of the microservices, as their sources have them. */
final class HttpAnswer {
    private static final String OK = "HTTP/1.0 200\r\nContent-type: Text/Html\r\nContent-length:";
    private static final String REST = "\r\nConnection: close\r\nServer: ToroMicroserver\r\n\r\n";
    private static final String NOT_FOUND = "HTTP/1.0 404\r\n";

    private HttpAnswer() {}

    /** Returns the whole answer; of 404 if there is no body. */
    static byte[] of(byte @Nullable [] body) {
        if (body == null) {
            return NOT_FOUND.getBytes(StandardCharsets.US_ASCII);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((OK + body.length + REST).getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        return all.toByteArray();
    }
}
