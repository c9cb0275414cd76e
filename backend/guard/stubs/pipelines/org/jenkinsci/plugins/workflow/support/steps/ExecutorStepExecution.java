package org.jenkinsci.plugins.workflow.support.steps;

import hudson.model.Computer;
import hudson.model.Node;
import java.util.*;
import jenkins.model.*;

/** What the guard touches of workflow-durable-task-step, in its own class loader as a plugin's is. */
public class ExecutorStepExecution {
    public static final class RemovedNodeCause extends CauseOfInterruption {
        @Override public String getShortDescription() { return "Agent was removed"; }
    }

    public static final class RemovedNodeListener extends NodeListener {
        public static final List<String> CANCELLED = new ArrayList<>();

        private static void cancelOwnerExecution(Node node, CauseOfInterruption... causes) {
            Computer computer = node.toComputer();
            if (computer == null || computer.isOnline()) return;
            CANCELLED.add(node.getNodeName() + ": " + causes[0].getShortDescription());
        }
    }
}
