package hudson.model.queue;

public final class WorkUnitContext {
    private final WorkUnit primary;
    public WorkUnitContext(WorkUnit primary) { this.primary = primary; }
    public WorkUnit getPrimaryWorkUnit() { return primary; }
}
