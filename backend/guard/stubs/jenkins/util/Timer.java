package jenkins.util;

import java.util.*;
import java.util.concurrent.*;

/** Stands for Jenkins' timer: what is scheduled waits until the check lets a second pass. */
public class Timer {
    private static final Deque<Runnable> WAITING = new ArrayDeque<>();

    public static ScheduledExecutorService get() {
        return new ScheduledThreadPoolExecutor(0) {
            @Override public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
                if (unit.toSeconds(delay) != 1) throw new IllegalArgumentException("a second each time");
                WAITING.add(action);
                return null;
            }
        };
    }

    /** Runs what waits, and not what comes to wait by that; says how many that were. */
    public static int pass() {
        List<Runnable> due = new ArrayList<>(WAITING);
        WAITING.clear();
        due.forEach(Runnable::run);
        return due.size();
    }
}
