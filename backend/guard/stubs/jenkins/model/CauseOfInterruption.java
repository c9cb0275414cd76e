package jenkins.model;

public abstract class CauseOfInterruption {
    public abstract String getShortDescription();
}
