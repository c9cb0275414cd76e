package hudson.model.queue;

import hudson.model.Node;
import hudson.model.Queue;

public abstract class QueueTaskDispatcher {
    /** As Jenkins has it, deprecated: the guard must not come in between. */
    public CauseOfBlockage canTake(Node node, Queue.Task task) { return null; }
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) { return canTake(node, item.task); }
}
