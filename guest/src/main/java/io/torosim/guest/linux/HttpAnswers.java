package io.torosim.guest.linux;

import java.nio.charset.StandardCharsets;

/**
 * What the web server answers: the page that Apache has until one puts another there, to {@code GET /}; that there is no such page, to any other
 * path; that it does not understand, to anything else.
 */
final class HttpAnswers {
    /** Bytes of a request, at most: LimitRequestLine. */
    static final int MOST_REQUEST_BYTES = 8190;

    private static final byte[] GET = "GET ".getBytes(StandardCharsets.US_ASCII);

    private final byte[] page = answer("200 OK", "<html><body><h1>It works!</h1></body></html>\n");
    private final byte[] badRequest = answer("400 Bad Request", "<html><body><h1>Bad Request</h1></body></html>\n");

    /** Returns whether the first so many bytes hold the whole head of a request; looks at the last {@code fresh} of them. */
    static boolean isWhole(byte[] request, int bytes, int fresh) {
        for (int i = Math.max(0, bytes - fresh - 3); i + 3 < bytes; i++) {
            if (request[i] == '\r' && request[i + 1] == '\n' && request[i + 2] == '\r' && request[i + 3] == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Returns the answer; it must not be changed. */
    byte[] to(byte[] request, int bytes) {
        int end = pathEnd(request, bytes);
        if (end < 0) {
            return badRequest;
        }
        if (end == GET.length + 1) {
            return page;
        }
        String path = new String(request, GET.length, end - GET.length, StandardCharsets.ISO_8859_1);
        return answer(
                "404 Not Found",
                "<html><body><h1>Not Found</h1><p>The requested URL " + escaped(path)
                        + " was not found on this server.</p></body></html>\n");
    }

    /** Returns where the path of a GET ends; -1 if it is none. */
    private static int pathEnd(byte[] request, int bytes) {
        for (int i = 0; i < GET.length; i++) {
            if (i >= bytes || request[i] != GET[i]) {
                return -1;
            }
        }
        if (bytes <= GET.length || request[GET.length] != '/') {
            return -1;
        }
        int end = GET.length;
        while (end < bytes && request[end] != ' ' && request[end] != '\r') {
            end++;
        }
        return end == bytes ? -1 : end;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static byte[] answer(String status, String body) {
        return ("HTTP/1.0 " + status + "\r\nServer: Apache\r\nContent-Length: " + body.length()
                        + "\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
