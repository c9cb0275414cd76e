//! Events on their way out: numbered, kept for a while, and passed to everyone who listens and to a file.
//!
//! Nobody who listens can hold anybody up: who does not read fast enough is cut off and told how much was dropped, and
//! may come back with the number of the last event that it has.

use axum::response::sse::Event;
use futures_core::Stream;
use serde_json::Value;
use std::{
    collections::VecDeque,
    convert::Infallible,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};
use tokio::sync::mpsc;

/// How many events are kept for those who come back.
const KEPT_MAX: usize = 4096;
/// How many events may wait for one who listens.
const BUFFER_MAX: usize = 1024;
/// How many may listen at once.
const LISTENERS_MAX: usize = 64;

/// An event with its number.
#[derive(Debug)]
pub(super) struct Numbered {
    number: u64,
    /// The region that it is of.
    region: String,
    text: String,
}

/// Where events come together and go out.
#[derive(Debug, Default)]
pub(super) struct Hub {
    /// The number of the last event.
    last: u64,
    kept: VecDeque<Arc<Numbered>>,
    listeners: Vec<Listener>,
    file: Option<EventFile>,
    closed: bool,
}

/// One who listens.
#[derive(Debug)]
struct Listener {
    /// The region of which it wants events; of every one where it is `None`.
    region: Option<String>,
    /// `None` once it was cut off.
    sender: Option<mpsc::Sender<Arc<Numbered>>>,
    dropped: Arc<AtomicU64>,
}

/// The file into which events go, one a line.
#[derive(Debug)]
pub(super) struct EventFile {
    path: PathBuf,
    writer: BufWriter<File>,
}

/// The events for one who listens, from the one after the last that it has.
#[derive(Debug)]
pub(super) struct Subscription {
    /// What is to be said first.
    comment: Option<String>,
    backlog: VecDeque<Arc<Numbered>>,
    receiver: Option<mpsc::Receiver<Arc<Numbered>>>,
    dropped: Arc<AtomicU64>,
    last: u64,
}

impl EventFile {
    /// Opens a file to write at its end.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { path: path.to_owned(), writer: BufWriter::new(file) })
    }
}

impl Hub {
    /// One that writes to `file` too.
    pub(super) fn new(file: Option<EventFile>) -> Self {
        Self { file, ..Self::default() }
    }

    /// Passes events on.
    pub(super) fn publish(&mut self, events: impl IntoIterator<Item = Value>) {
        let mut written = false;
        for event in events {
            self.last += 1;
            let region = event.get("region").and_then(Value::as_str).unwrap_or_default().to_owned();
            let event = Arc::new(Numbered { number: self.last, region, text: event.to_string() });
            if let Some(file) = &mut self.file {
                written = true;
                if let Err(error) = writeln!(file.writer, "{}", event.text) {
                    self.give_up_file(&error);
                }
            }
            self.listeners.retain_mut(|listener| listener.pass(&event));
            if self.kept.len() == KEPT_MAX {
                self.kept.pop_front();
            }
            self.kept.push_back(event);
        }
        if written
            && let Some(file) = &mut self.file
            && let Err(error) = file.writer.flush()
        {
            self.give_up_file(&error);
        }
    }

    fn give_up_file(&mut self, error: &io::Error) {
        if let Some(file) = self.file.take() {
            super::note(&format!("events are no longer written to {}: {error}", file.path.display()));
        }
    }

    /// Lets somebody listen, to one region or to all, who has all events up to `last`, or wants those from here on; `None`
    /// where too many listen already, or the end has come.
    pub(super) fn subscribe(&mut self, last: Option<u64>, region: Option<String>) -> Option<Subscription> {
        self.listeners.retain(Listener::is_there);
        if self.closed || self.listeners.len() == LISTENERS_MAX {
            return None;
        }
        // A number that was never given is from another run: everything is news.
        let last = last.map_or(self.last, |last| if last > self.last { 0 } else { last });
        let kept = self.kept.iter().filter(|event| event.number > last && event.is_of(region.as_deref()));
        let backlog: VecDeque<_> = kept.cloned().collect();
        let first = self.kept.front().map_or(self.last + 1, |event| event.number);
        // Of whichever regions they were.
        let lost = (first - 1).saturating_sub(last);
        let comment = (lost > 0).then(|| format!("{lost} events before {first} are no longer kept"));
        let (sender, receiver) = mpsc::channel(BUFFER_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        self.listeners.push(Listener { region, sender: Some(sender), dropped: Arc::clone(&dropped) });
        Some(Subscription { comment, backlog, receiver: Some(receiver), dropped, last })
    }

    /// Ends everything that listens.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.listeners.clear();
    }
}

impl Numbered {
    /// Whether it is of this region, or of any where that is `None`.
    fn is_of(&self, region: Option<&str>) -> bool {
        region.is_none_or(|region| region == self.region)
    }
}

impl Listener {
    /// Passes an event on, and says whether anybody is still there.
    fn pass(&mut self, event: &Arc<Numbered>) -> bool {
        if !event.is_of(self.region.as_deref()) {
            return self.is_there();
        }
        if let Some(sender) = &self.sender {
            match sender.try_send(Arc::clone(event)) {
                Ok(()) => return true,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                // Whoever is behind gets what waits for it, and then the end.
                Err(mpsc::error::TrySendError::Full(_)) => self.sender = None,
            }
        }
        self.dropped.fetch_add(1, Ordering::Relaxed);
        self.is_there()
    }

    fn is_there(&self) -> bool {
        match &self.sender {
            Some(sender) => !sender.is_closed(),
            None => Arc::strong_count(&self.dropped) > 1,
        }
    }
}

impl Subscription {
    fn event(&mut self, event: &Numbered) -> Event {
        self.last = event.number;
        Event::default().id(event.number.to_string()).data(&event.text)
    }
}

impl Stream for Subscription {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(comment) = self.comment.take() {
            return Poll::Ready(Some(Ok(Event::default().comment(comment))));
        }
        if let Some(event) = self.backlog.pop_front() {
            return Poll::Ready(Some(Ok(self.event(&event))));
        }
        let Some(receiver) = &mut self.receiver else { return Poll::Ready(None) };
        match receiver.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(event)) => Poll::Ready(Some(Ok(self.event(&event)))),
            Poll::Ready(None) => {
                self.receiver = None;
                let dropped = self.dropped.load(Ordering::Relaxed);
                if dropped == 0 {
                    return Poll::Ready(None);
                }
                let comment = format!(
                    "cut off: {dropped} events were dropped because they were not read in time; come back with \
                     Last-Event-ID: {}",
                    self.last
                );
                Poll::Ready(Some(Ok(Event::default().comment(comment))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::task::Waker;

    /// What a listener is sent until it would have to wait, and whether that is the end.
    fn read(subscription: &mut Subscription) -> (Vec<String>, bool) {
        let mut context = Context::from_waker(Waker::noop());
        let mut said = Vec::new();
        loop {
            match Pin::new(&mut *subscription).poll_next(&mut context) {
                Poll::Pending => return (said, false),
                Poll::Ready(None) => return (said, true),
                // The text of an event is private to axum, and Debug shows it.
                Poll::Ready(Some(Ok(event))) => said.push(format!("{event:?}")),
            }
        }
    }

    fn events(n: usize) -> impl Iterator<Item = Value> {
        (0..n).map(|n| json!({ "n": n }))
    }

    #[test]
    fn who_listens_gets_what_comes_and_who_comes_back_what_it_missed() {
        let mut hub = Hub::default();
        hub.publish(events(2));
        let mut new = hub.subscribe(None, None).unwrap();
        let mut back = hub.subscribe(Some(1), None).unwrap();
        hub.publish(events(1));
        assert_eq!(read(&mut new).0.len(), 1);
        assert_eq!(read(&mut back).0.len(), 2);
        assert_eq!(read(&mut back), (Vec::new(), false));
        let mut stranger = hub.subscribe(Some(99), None).unwrap();
        assert_eq!(read(&mut stranger).0.len(), 3, "a number of another run is none of this one's");
        hub.close();
        assert!(read(&mut new).1 && hub.subscribe(None, None).is_none());
    }

    #[test]
    fn who_does_not_read_is_cut_off_and_told_how_much_was_dropped() {
        let mut hub = Hub::default();
        let mut slow = hub.subscribe(None, None).unwrap();
        hub.publish(events(BUFFER_MAX + 7));
        let (said, ended) = read(&mut slow);
        assert!(ended);
        assert_eq!(said.len(), BUFFER_MAX + 1);
        let last = said.last().unwrap();
        assert!(
            last.contains("cut off: 7 events") && last.contains(&format!("Last-Event-ID: {BUFFER_MAX}")),
            "{last}"
        );
        let mut back = hub.subscribe(u64::try_from(BUFFER_MAX).ok(), None).unwrap();
        assert_eq!(read(&mut back).0.len(), 7);
    }

    #[test]
    fn what_is_no_longer_kept_is_said() {
        let mut hub = Hub::default();
        hub.publish(events(KEPT_MAX + 5));
        let (said, _) = read(&mut hub.subscribe(Some(2), None).unwrap());
        assert!(said[0].contains("3 events before 6 are no longer kept"), "{}", said[0]);
        assert_eq!(said.len(), KEPT_MAX + 1);
    }

    #[test]
    fn the_number_of_those_who_listen_has_a_limit_and_who_left_does_not_count() {
        let mut hub = Hub::default();
        let mut there: Vec<_> = (0..LISTENERS_MAX).map(|_| hub.subscribe(None, None).unwrap()).collect();
        assert!(hub.subscribe(None, None).is_none());
        there.pop();
        assert!(hub.subscribe(None, None).is_some());
    }

    #[test]
    fn who_listens_to_one_region_hears_of_no_other() {
        let mut hub = Hub::default();
        let of = |region: &str| json!({ "region": region });
        let mut one = hub.subscribe(None, Some("one".to_owned())).unwrap();
        let mut all = hub.subscribe(None, None).unwrap();
        hub.publish([of("one"), of("two"), of("two"), of("one")]);
        assert_eq!((read(&mut one).0.len(), read(&mut all).0.len()), (2, 4));
        let (said, _) = read(&mut hub.subscribe(Some(1), Some("one".to_owned())).unwrap());
        assert_eq!(said.len(), 1, "nothing was lost on the way: {said:?}");
        assert!(said[0].contains("id: 4"), "numbers are those of all: {said:?}");
    }
}
