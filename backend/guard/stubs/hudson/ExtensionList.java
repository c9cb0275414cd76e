package hudson;

import java.util.*;

/** Stands for Jenkins' class: one list for each type. */
public class ExtensionList<T> extends AbstractList<T> {
    private static final Map<Class<?>, ExtensionList<?>> ALL = new HashMap<>();
    private final List<T> extensions = new ArrayList<>();

    @SuppressWarnings("unchecked")
    public static <T> ExtensionList<T> lookup(Class<T> type) {
        return (ExtensionList<T>) ALL.computeIfAbsent(type, it -> new ExtensionList<T>());
    }

    @Override public T get(int index) { return extensions.get(index); }
    @Override public int size() { return extensions.size(); }
    @Override public boolean add(T extension) { return extensions.add(extension); }
    @Override public boolean remove(Object extension) { return extensions.remove(extension); }
}
