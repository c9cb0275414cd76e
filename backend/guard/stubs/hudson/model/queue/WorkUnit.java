package hudson.model.queue;

import hudson.model.Executor;

public final class WorkUnit {
    private final Executor executor;
    public WorkUnit(Executor executor) { this.executor = executor; }
    public Executor getExecutor() { return executor; }
}
