package hudson.model;

public class Computer {
    private final String name;
    public boolean up = true;
    public Computer(String name) { this.name = name; }
    public String getName() { return name; }
    public boolean isOnline() { return up; }
}
