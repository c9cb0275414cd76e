// Footman's guard, version 1: holds to what a poll of the queue comes too late for.
//
// Print it with `footmand guard jenkins.yaml footman.yaml > $JENKINS_HOME/init.groovy.d/footman-guard.groovy`, and restart
// Jenkins. It touches nothing but nodes of the owner below. Off: -Dfootman.guard=off, or System.setProperty in the script
// console at any time; or an empty file $JENKINS_HOME/footman-guard.off when Jenkins starts. docs/guard.md has the rest.
import hudson.ExtensionList
import hudson.model.*
import hudson.model.Queue
import hudson.model.queue.*
import java.util.concurrent.*
import java.util.logging.*
import jenkins.model.*
import jenkins.util.Timer
import org.kohsuke.stapler.*

class FootmanGuard {
    static final String VERSION = '1'
    /** How the descriptions of the owner's nodes begin; the template follows. Filled in by `footmand guard`. */
    static final String OURS = 'footman/1 owner=default template='
    /** By template, the full names of the jobs that it is for, as regular expressions; one that is not here is for all. */
    static final Map<String, List<String>> JOBS = [:]
    /** By name, the one-shot nodes that had their build, with the URL of its task: a Pipeline's is its run's. */
    static final Map<String, String> USED = new ConcurrentHashMap<>()
    static volatile String sha256 = 'unknown'

    static boolean isOff() { System.getProperty('footman.guard') == 'off' }
    static boolean isOurs(Node node) { node?.nodeDescription?.startsWith(OURS) }
    static boolean isOneShot(Node node) { node.nodeDescription.split(' ').contains('oneshot') }

    /** Why a node of ours does not take an item, in words that footmand reads the label from; null where it does. */
    static String refusal(Node node, Queue.BuildableItem item) {
        if (isOff() || !isOurs(node)) return null
        String label = item.assignedLabel?.name
        String wanted = label == null ? 'waiting for any agent' : "waiting for an agent with label \u2018${label}\u2019"
        String run = isOneShot(node) ? USED[node.nodeName] : null
        // A Pipeline asks for its node by its name when it goes on after a restart of Jenkins. No other run gets in so.
        if (run != null && label == node.nodeName && item.task.url in [run, '']) return null
        if (run != null) return "Footman: ${wanted}"
        String template = node.nodeDescription.substring(OURS.length()).tokenize(' ')[0]
        List<String> jobs = JOBS[template]
        if (jobs == null) return null
        def job = item.task.ownerTask
        String name = job.hasProperty('fullName') ? job.fullName : ''
        return jobs.any { name ==~ it } ? null : "Footman: not a job for ${template}, ${wanted}"
    }

    /** Remembers that a node had its build, in its own folder too: that outlives Jenkins, and goes when the node goes. */
    static void use(String name, String run) {
        if (USED.putIfAbsent(name, run) == null) mark(name).setText(run, 'UTF-8')
    }
    static File mark(String name) { new File(Jenkins.get().rootDir, "nodes/${name}/footman-used") }

    static String sha(byte[] text) { java.security.MessageDigest.getInstance('SHA-256').digest(text).encodeHex() }

    static void load(File script) {
        USED.clear()
        Jenkins.get().nodes.findAll { isOurs(it) && mark(it.nodeName).file }.each {
            USED[it.nodeName] = mark(it.nodeName).getText('UTF-8')
        }
        if (script?.file) sha256 = sha(script.bytes)
        if (new File(Jenkins.get().rootDir, 'footman-guard.off').exists()) System.setProperty('footman.guard', 'off')
    }

    /** What a Pipeline does on a deleted agent ends with `RemovedNodeCause`, as on a cloud's own node, not minutes later. */
    static void interrupt(Node node, int tries) {
        // The channel is closed by another thread, and the plugin leaves a computer alone that is still online.
        Timer.get().schedule({
            attempt("interrupting what ran on ${node.nodeName}") {
                Computer computer = node.toComputer()
                if (computer?.online && tries > 1) interrupt(node, tries - 1)
                else if (computer != null) cancel(node)
            }
        } as Runnable, 1, TimeUnit.SECONDS)
    }

    static void cancel(Node node) {
        String steps = 'org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$'
        ClassLoader plugins = Jenkins.get().pluginManager.uberClassLoader
        Class listener
        try { listener = plugins.loadClass(steps + 'RemovedNodeListener') }
        catch (ClassNotFoundException ignored) { return } // This Jenkins has no Pipelines.
        CauseOfInterruption cause = plugins.loadClass(steps + 'RemovedNodeCause').getDeclaredConstructor().newInstance()
        def method = listener.getDeclaredMethod('cancelOwnerExecution', Node, CauseOfInterruption[])
        method.accessible = true
        method.invoke(null, [node, [cause] as CauseOfInterruption[]] as Object[])
    }

    /** Whatever goes wrong in here is logged, and Jenkins goes on as without the guard. */
    static <T> T attempt(String what, Closure<T> action) {
        try { return action() }
        catch (Throwable e) { Logger.getLogger('footman.guard').log(Level.WARNING, "the guard failed at ${what}", e) }
        null
    }

    /** Takes the place of what an earlier run of this script registered. */
    static void register(List extensions, Object extension) {
        extensions.findAll { it.class.name == extension.class.name }.each { extensions.remove((Object) it) }
        extensions.add(extension)
    }
}

class FootmanGuardCause extends CauseOfBlockage {
    final String shortDescription
    FootmanGuardCause(String text) { shortDescription = text }
}

class FootmanGuardDispatcher extends QueueTaskDispatcher {
    @Override CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        String text = FootmanGuard.attempt('asking about an item') { FootmanGuard.refusal(node, item) }
        text == null ? null : new FootmanGuardCause(text)
    }
}

class FootmanGuardQueueListener extends QueueListener {
    @Override void onLeft(Queue.LeftItem item) {
        FootmanGuard.attempt('noting a build') {
            String name = item.outcome?.primaryWorkUnit?.executor?.owner?.name
            Node node = name ? Jenkins.get().getNode(name) : null
            if (FootmanGuard.isOurs(node) && FootmanGuard.isOneShot(node)) FootmanGuard.use(name, item.task.url ?: '')
        }
    }
}

class FootmanGuardNodeListener extends NodeListener {
    @Override void onDeleted(Node node) {
        if (!FootmanGuard.isOurs(node)) return
        FootmanGuard.USED.remove(node.nodeName)
        if (!FootmanGuard.isOff()) FootmanGuard.interrupt(node, 30)
    }
}

/** Says to whoever has Overall/Read, and to `footmand doctor`, that the guard is here; no link leads to it. */
class FootmanGuardPage implements RootAction {
    final String iconFileName = null
    final String displayName = 'Footman guard'
    final String urlName = 'footman-guard'

    HttpResponse doIndex() {
        String state = FootmanGuard.isOff() ? 'off' : 'on'
        HttpResponses.plainText("footman-guard version=${FootmanGuard.VERSION} state=${state} sha256=${FootmanGuard.sha256}")
    }
}

def source = FootmanGuard.protectionDomain?.codeSource?.location
FootmanGuard.load(source?.protocol == 'file' ? new File(source.toURI()) : null)
FootmanGuard.register(ExtensionList.lookup(QueueTaskDispatcher), new FootmanGuardDispatcher())
FootmanGuard.register(ExtensionList.lookup(QueueListener), new FootmanGuardQueueListener())
FootmanGuard.register(ExtensionList.lookup(NodeListener), new FootmanGuardNodeListener())
FootmanGuard.register(Jenkins.get().actions, new FootmanGuardPage())
