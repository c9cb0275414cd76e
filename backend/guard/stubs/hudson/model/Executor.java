package hudson.model;

public class Executor {
    private final Computer owner;
    public Executor(Computer owner) { this.owner = owner; }
    public Computer getOwner() { return owner; }
}
