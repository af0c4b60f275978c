//! Numbers for a monitoring system, in the OpenMetrics text that Prometheus reads.
//!
//! Must never: carry an address, a name, a subject or an id in a label. Routes are those of the table of doors (`/clients/:id`; braces
//! confuse simple readers of this format), everything else is one of a few words.

use crate::notebook::notebook;
use crate::office::Office;
use crate::permissions::Found;
use http::StatusCode;
use model::Problem;
use postroom_store::Database;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

/// How long requests take: from what a file of the site takes to what waits for a mail server.
const SECONDS: [f64; 11] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Door {
    method: &'static str,
    route: String,
    status: &'static str,
}

type Word = [(&'static str, &'static str); 1];
type Words = [(&'static str, &'static str); 2];
type Counts<L> = Family<L, Counter<u64, AtomicU64>>;
type Gauges<L> = Family<L, Gauge<i64, AtomicI64>>;

/// What is counted as it happens.
pub struct Meters {
    requests: Family<Door, Histogram, fn() -> Histogram>,
}

impl Default for Meters {
    fn default() -> Self {
        Self { requests: Family::new_with_constructor(|| Histogram::new(SECONDS)) }
    }
}

impl Meters {
    /// A request was answered.
    pub fn answered(&self, found: Found, status: StatusCode, took: Duration) {
        let (method, route) = match found {
            Found::Rule(rule) => (if rule.method == http::Method::GET { "GET" } else { "POST" }, rule.path),
            // Whatever was asked for there is the visitor's own word.
            Found::OtherMethod => ("other", "other"),
            Found::Nothing => ("other", "unknown"),
        };
        let status = match status.as_u16() / 100 {
            1 | 2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.get_or_create(&Door { method, route: route.replace('{', ":").replace('}', ""), status }).observe(took.as_secs_f64());
    }
}

impl Office {
    /// Every number, as text.
    pub async fn exposition(&self) -> Result<String, Problem> {
        let mut registry = Registry::with_prefix("postroom");
        registry.register_with_unit("http_request_duration", "How long requests took", Unit::Seconds, self.meters.requests.clone());
        self.collections_into(&mut registry);
        self.loops_into(&mut registry);
        self.gauges_into(&mut registry).await?;
        let mut whole = String::new();
        text::encode(&mut whole, &registry).map_err(|error| crate::office::trouble::unexpected(&error))?;
        Ok(whole)
    }

    fn collections_into(&self, registry: &mut Registry) {
        let tally = self.engine.pulse().tally();
        let ended: Counts<Word> = Family::default();
        for (outcome, times) in tally.ended {
            ended.get_or_create(&[("outcome", outcome)]).inc_by(times);
        }
        registry.register("collections", "Collections that ended, by what came of them", ended);
        let letters: Counter = Counter::default();
        letters.inc_by(tally.letters);
        registry.register("letters_filed", "New letters that collections brought", letters);
        let took: Counter<f64, AtomicU64> = Counter::default();
        took.inc_by(Duration::from_millis(tally.took).as_secs_f64());
        registry.register_with_unit("collection_time", "How long collections took together", Unit::Seconds, took);
        let (places, free) = self.engine.places();
        registry.register("collections_running", "Collections under way in this process", gauge((places - free) as i64));
        registry.register("collections_at_once", "Collections that may be under way at once", gauge(places as i64));
    }

    fn loops_into(&self, registry: &mut Registry) {
        let (last, failed): (Family<Word, Gauge<f64, AtomicU64>>, Counts<Word>) = Default::default();
        for (name, beat) in self.engine.pulse().beats() {
            last.get_or_create(&[("loop", name)]).set(beat.began as f64 / 1000.0);
            failed.get_or_create(&[("loop", name)]).inc_by(beat.failed);
        }
        registry.register_with_unit("loop_last_run_timestamp", "When each loop last began", Unit::Seconds, last);
        registry.register("loop_failures", "How often each loop failed", failed);
        let lines: Counts<Words> = Family::default();
        for ((area, error), times) in notebook().counts() {
            lines.get_or_create(&[("level", if error { "error" } else { "warning" }), ("area", area.key())]).inc_by(times);
        }
        let slowed: Counts<Word> = Family::default();
        for (cost, times) in self.rates.refused() {
            slowed.get_or_create(&[("kind", cost.key())]).inc_by(times);
        }
        registry.register("requests_put_off", "Costly requests that were asked to wait", slowed);
        registry.register("log_lines", "Warnings and errors in the log, by the part of the program", lines);
    }

    async fn gauges_into(&self, registry: &mut Registry) -> Result<(), Problem> {
        let now = self.gauges().await?;
        let kind = if now.store.database == Database::Sqlite { "sqlite" } else { "postgres" };
        let words = vec![
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("database", kind.to_owned()),
            ("database_version", now.store.version),
            ("schema", now.store.schema.to_string()),
        ];
        registry.register("build", "Versions", Info::new(words));
        let queues: Gauges<Word> = Family::default();
        for (queue, waiting) in
            [("index", now.backlog.index), ("conversations", now.backlog.conversations), ("accounts_due", now.backlog.due)]
        {
            queues.get_or_create(&[("queue", queue)]).set(waiting);
        }
        registry.register("queue_length", "What waits to be done", queues);
        let start: Gauge<f64, AtomicU64> = Gauge::default();
        start.set(self.started_at as f64 / 1000.0);
        registry.register_with_unit("start_timestamp", "When this process started", Unit::Seconds, start);
        let trip: Gauge<f64, AtomicU64> = Gauge::default();
        trip.set(now.store.round_trip.as_secs_f64());
        registry.register_with_unit("database_round_trip", "The plainest question, there and back", Unit::Seconds, trip);
        registry.register_with_unit("database_size", "The database's own size", Unit::Bytes, gauge(now.store.octets));
        registry.register_with_unit("letters_size", "The packs of letters", Unit::Bytes, gauge(now.room.letters));
        registry.register_with_unit("data_folder_size", "Everything in the data folder", Unit::Bytes, gauge(now.room.folder));
        // What the machine does not tell is left out: a nought would be an alarm.
        if let Some(free) = now.room.free {
            registry.register_with_unit("disk_free", "Free where the data folder lies", Unit::Bytes, gauge(free));
        }
        if let Some(memory) = now.room.memory {
            registry.register_with_unit("resident_memory", "Memory this process holds", Unit::Bytes, gauge(memory));
        }
        Ok(())
    }
}

fn gauge(value: i64) -> Gauge<i64, AtomicI64> {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}
