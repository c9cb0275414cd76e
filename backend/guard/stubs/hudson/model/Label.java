package hudson.model;

public class Label {
    private final String name;
    public Label(String name) { this.name = name; }
    public final String getName() { return name; }
}
