// What the guard file does, on stubs. Run by `check`; the only argument is the folder with the file and the stubs' classes.
import hudson.ExtensionList
import hudson.model.*
import hudson.model.Queue
import hudson.model.queue.*
import java.security.MessageDigest
import jenkins.model.Jenkins
import jenkins.model.NodeListener
import jenkins.util.Timer

class Job implements Queue.Task {
    String fullName
    String url
    Queue.Task getOwnerTask() { this }
}

class Block implements Queue.Task {
    Job ownerTask
    String url
}

work = new File(args[0])
jenkins = Jenkins.get()
jenkins.home = new File(work, 'home')
jenkins.home.mkdirs()
source = new File(work, 'footman-guard.groovy').getText('UTF-8')

/** Runs the file as Jenkins does when it starts, with this instead of its lines. */
void start(String owner = 'prod', String jobs = '[:]') {
    String text = source.replaceAll(/(?m)(static final String OURS = ).*$/, "\$1'footman/1 owner=${owner} template='")
    text = text.replaceAll(/(?m)(static final Map<String, List<String>> JOBS = ).*$/, "\$1${jobs}")
    File file = new File(work, 'init.groovy.d/footman-guard.groovy')
    file.parentFile.mkdirs()
    file.setText(text, 'UTF-8')
    new GroovyShell(Jenkins.classLoader).evaluate(new GroovyCodeSource(file))
}

Node node(String name, String rest = 'oneshot', String template = 'ecs/java', String owner = 'prod') {
    String start = "footman/1 owner=${owner} template=${template} cpu=1024 memory=2048 decided_ms=1 since_ms=2"
    Node node = new Node(name, "${start} ${rest}".trim())
    node.computer = new Computer(name)
    new File(jenkins.home, "nodes/${name}").mkdirs()
    jenkins.all[name] = node
    node
}

String why(Node node, Queue.Task task, String label) {
    def item = new Queue.BuildableItem(task, label == null ? null : new Label(label))
    def causes = ExtensionList.lookup(QueueTaskDispatcher).collect { it.canTake(node, item)?.shortDescription }
    assert causes.size() == 1
    causes[0]
}

void begin(Node node, Queue.Task task, String label = 'java') {
    def unit = new WorkUnitContext(new WorkUnit(new Executor(node.computer)))
    ExtensionList.lookup(QueueListener).each { it.onLeft(new Queue.LeftItem(task, new Label(label), unit)) }
}

void cancelled(Queue.Task task) {
    ExtensionList.lookup(QueueListener).each { it.onLeft(new Queue.LeftItem(task, new Label('java'), null)) }
}

void delete(Node node) {
    jenkins.all.remove(node.nodeName)
    new File(jenkins.home, "nodes/${node.nodeName}").deleteDir()
    ExtensionList.lookup(NodeListener).each { it.onDeleted(node) }
}

String page() { jenkins.actions.findAll { it.urlName == 'footman-guard' }.with { assert it.size() == 1; it[0].doIndex().toString() } }

a = new Job(fullName: 'a', url: 'job/a/')
b = new Job(fullName: 'team/b', url: 'job/team/job/b/')
run = new Block(ownerTask: a, url: 'job/a/7/')
other = new Block(ownerTask: a, url: 'job/a/8/')
WAITING = 'Footman: waiting for an agent with label \u2018java\u2019'

start()

// Of two items exactly one gets in; the text holds the label of the other.
one = node('fm-1')
assert why(one, a, 'java') == null && why(one, b, 'java') == null
begin(one, a)
assert why(one, b, 'java') == WAITING
assert why(one, b, 'java&&!"a b"') == 'Footman: waiting for an agent with label \u2018java&&!"a b"\u2019'
assert why(one, b, null) == 'Footman: waiting for any agent'
assert new File(jenkins.home, 'nodes/fm-1/footman-used').text == 'job/a/'

// A cancelled item uses nothing.
two = node('fm-2')
cancelled(a)
assert why(two, b, 'java') == null

// A Pipeline's continuation gets in, another run of its job does not, not even by the node's name.
begin(two, run)
assert why(two, run, 'fm-2') == null
assert why(two, other, 'fm-2') == 'Footman: waiting for an agent with label \u2018fm-2\u2019'
assert why(two, run, 'java') == WAITING
begin(two, run, 'fm-2')
assert why(two, run, 'fm-2') == null && why(two, other, 'java') == WAITING

// Retained nodes and sessions' have no word; other owners' and other people's nodes are none of its business.
free = [node('fm-3', ''), node('fm-4', 'session=x'), node('fm-5', 'oneshot', 'ecs/java', 'test'), node('fm-6', 'oneshot', 'x', 'prod2')]
static_ = new Node('static', 'a build agent')
bare = new Node('bare', null)
[static_, bare].each { it.computer = new Computer(it.nodeName); jenkins.all[it.nodeName] = it }
(free + [static_, bare]).each {
    begin(it, a)
    assert why(it, b, 'java') == null, it.nodeName
    assert !new File(jenkins.home, "nodes/${it.nodeName}/footman-used").exists()
}

// What is used stays used when Jenkins starts anew, and the second run of the file takes the place of the first.
start()
assert why(one, b, 'java') == WAITING && why(two, run, 'fm-2') == null

// It says who it is.
hash = MessageDigest.getInstance('SHA-256').digest(new File(work, 'init.groovy.d/footman-guard.groovy').bytes).encodeHex()
assert page() == "footman-guard version=1 state=on sha256=${hash}".toString()

// The switch works at any time, and what happens while it is off is not forgotten.
three = node('fm-7')
System.setProperty('footman.guard', 'off')
assert why(one, b, 'java') == null && page().contains(' state=off ')
begin(three, a)
System.clearProperty('footman.guard')
assert why(one, b, 'java') == WAITING && why(three, b, 'java') == WAITING
new File(jenkins.home, 'footman-guard.off').text = ''
start()
assert why(one, b, 'java') == null && page().contains(' state=off ')
new File(jenkins.home, 'footman-guard.off').delete()
System.clearProperty('footman.guard')

// Jobs: by template, for retained nodes as well, and a task without a full name is refused.
start('prod', "['ecs/java': ['team/[^/]*', 'x']]")
kept = node('fm-8', '')
fresh = node('fm-9')
[kept, fresh].each {
    assert why(it, b, 'java') == null
    assert why(it, a, 'java') == 'Footman: not a job for ecs/java, waiting for an agent with label \u2018java\u2019'
    assert why(it, a, null) == 'Footman: not a job for ecs/java, waiting for any agent'
    assert why(it, run, 'java') != null, 'a block of a Pipeline is its job'
}
nameless = [getUrl: { 'x' }, getOwnerTask: { nameless }] as Queue.Task
assert why(kept, nameless, 'java') != null
assert why(node('fm-10', 'oneshot', 'ecs/other'), a, 'java') == null

// A deleted agent: without Pipelines nothing; with them their executions end, once its channel is closed.
start()
delete(node('fm-11'))
assert Timer.pass() == 1 && Timer.pass() == 1
while (Timer.pass() > 0) {}
pipelines = new URLClassLoader([new File(work, 'pipelines').toURI().toURL()] as URL[], Jenkins.classLoader)
jenkins.pluginManager.uberClassLoader = pipelines
steps = 'org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$RemovedNodeListener'
ended = pipelines.loadClass(steps).getField('CANCELLED').get(null)
four = node('fm-12')
begin(four, run)
delete(four)
assert Timer.pass() == 1 && ended.empty, 'it is still online'
four.computer.up = false
assert Timer.pass() == 1 && ended == ['fm-12: Agent was removed'] && Timer.pass() == 0
again = node('fm-12')
assert why(again, b, 'java') == null, 'what was known of the name went with the node'
delete(static_)
gone = node('fm-13')
gone.computer = null
delete(gone)
assert Timer.pass() == 1 && Timer.pass() == 0 && ended.size() == 1
System.setProperty('footman.guard', 'off')
delete(node('fm-14'))
assert Timer.pass() == 0
System.clearProperty('footman.guard')

// Whatever fails in it lets builds go on.
broken = [getUrl: { throw new IllegalStateException('broken') }, getOwnerTask: { null }] as Queue.Task
java.util.logging.Logger.getLogger('footman.guard').level = java.util.logging.Level.OFF
five = node('fm-15')
begin(five, broken)
begin(five, a)
assert why(five, broken, 'fm-15') == null
println 'the guard does what it says'
