package hudson.model;

public class Node {
    private final String name;
    private final String description;
    public Computer computer;
    public Node(String name, String description) { this.name = name; this.description = description; }
    public String getNodeName() { return name; }
    public String getNodeDescription() { return description; }
    public Computer toComputer() { return computer; }
}
