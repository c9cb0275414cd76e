package org.kohsuke.stapler;

public class HttpResponses {
    public static HttpResponse plainText(String text) {
        return new HttpResponse() {
            @Override public String toString() { return text; }
        };
    }
}
