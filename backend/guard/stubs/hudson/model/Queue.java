package hudson.model;

import hudson.model.queue.WorkUnitContext;

public class Queue {
    public interface Task {
        String getUrl();
        Task getOwnerTask();
    }

    public abstract static class Item {
        public final Task task;
        private final Label label;
        protected Item(Task task, Label label) { this.task = task; this.label = label; }
        public Label getAssignedLabel() { return label; }
    }

    public static final class BuildableItem extends Item {
        public BuildableItem(Task task, Label label) { super(task, label); }
    }

    public static final class LeftItem extends Item {
        public final WorkUnitContext outcome;
        public LeftItem(Task task, Label label, WorkUnitContext outcome) { super(task, label); this.outcome = outcome; }
    }
}
