package jenkins.model;

import hudson.model.Action;
import hudson.model.Node;
import java.io.File;
import java.util.*;
import java.util.concurrent.CopyOnWriteArrayList;

public class Jenkins {
    private static final Jenkins ONLY = new Jenkins();
    public File home;
    public final Map<String, Node> all = new TreeMap<>();
    public final PluginManager plugins = new PluginManager();
    private final List<Action> actions = new CopyOnWriteArrayList<>();

    public static Jenkins get() { return ONLY; }
    public File getRootDir() { return home; }
    public List<Node> getNodes() { return new ArrayList<>(all.values()); }
    public Node getNode(String name) { return all.get(name); }
    public List<Action> getActions() { return actions; }
    public PluginManager getPluginManager() { return plugins; }

    public static class PluginManager {
        public ClassLoader uberClassLoader = Jenkins.class.getClassLoader();
    }
}
