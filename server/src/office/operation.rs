//! How Postroom itself fares: for administrators, and for metrics.

use super::{Office, Principal, room, trouble::problem_of};
use crate::notebook::notebook;
use model::{Advice, DatabaseFacts, LeaseRow, LoopRow, Operation, Problem, QueueRow, Room, TroubleRow};
use postroom_store::{AccountState, Backlog, Database, Lease, StoreFacts};
use postroom_sync::pulse::{ACTIONS, Beat, IMPORTS, INDEX, REMOVAL, SCHEDULE, WEBHOOKS};
use std::collections::BTreeMap;

/// Views of letters are written down.
pub const VIEWS: &str = "views";
/// Old sessions are deleted.
pub const SESSIONS: &str = "sessions";
/// The day's statements are drawn up.
pub const STATEMENTS: &str = "statements";
/// A loop that is this much behind its time is late, ms.
const LATE: i64 = 2 * 60 * 1000;
/// Less room on the disk than this is told, octets.
const LITTLE: i64 = 2_000_000_000;
/// A slower answer of the database than this is told, microseconds.
const SLOW: i64 = 50_000;
/// More letters than this behind, and searching misses something for a while.
const MANY: i64 = 5_000;

/// Every loop: its name in the pulse, its name in words, what it does.
const LOOPS: &[(&str, &str, &str)] = &[
    (SCHEDULE, "Schedule", "Looks which mailbox is due, and collects it"),
    (INDEX, "Index", "Makes new letters searchable and finds their conversations"),
    (IMPORTS, "Import rules", "Decides what becomes of new letters of accounts that import replies"),
    (ACTIONS, "Actions", "Has letters leave on the day for which they are planned"),
    (REMOVAL, "Removal", "Takes deleted accounts away with their letters, step by step"),
    (WEBHOOKS, "Webhooks", "Tells other systems what happened"),
    (VIEWS, "Views", "Writes down who opened which letter"),
    (STATEMENTS, "Statements", "Draws up the day's statement of each mailbox"),
    (SESSIONS, "Sessions", "Deletes sessions that have ended"),
];

/// What this process can tell of itself and of the database.
pub struct Gauges {
    /// The database.
    pub store: StoreFacts,
    /// What waits.
    pub backlog: Backlog,
    /// Disk and memory.
    pub room: Room,
}

impl Office {
    /// What is measured anew for each who asks.
    pub async fn gauges(&self) -> Result<Gauges, Problem> {
        let store = self.store.self_facts().await.map_err(problem_of)?;
        let backlog = self.store.backlog(self.now()).await.map_err(problem_of)?;
        Ok(Gauges { store, backlog, room: room::of(self.store.data_folder().to_owned()).await })
    }

    /// A loop of this process has run.
    pub fn beat(&self, name: &'static str, began: i64, every: i64, error: Option<String>) {
        let ended = self.now();
        self.engine.pulse().beat(name, began, ended, ended + every, error);
    }

    /// How Postroom fares.
    pub async fn operation(&self, who: &Principal) -> Result<Operation, Problem> {
        who.need_administrator()?;
        let now = self.now();
        let Gauges { store, backlog, room } = self.gauges().await?;
        let (places, free) = self.engine.places();
        let loops = loops(&self.engine.pulse().beats(), now, free == 0);
        let leases = self.store.leases(now).await.map_err(problem_of)?;
        let leases = leases.into_iter().map(|lease| lease_row(self.engine.is_holder(&lease.holder), lease)).collect();
        let database = database_facts(&store);
        let mut advice = advice(&loops, &database, &room, &backlog);
        advice.extend(self.account_advice().await?);
        let troubles = notebook().notes().into_iter().map(|note| TroubleRow {
            area: note.area.name().to_owned(),
            todo: note.area.todo().to_owned(),
            what: note.words,
            times: note.times,
            last: note.last,
        });
        Ok(Operation {
            at: now,
            started_at: self.started_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            advice,
            loops,
            collecting: (places - free) as i64,
            places: places as i64,
            leases,
            queues: queues(&backlog),
            database,
            room,
            troubles: troubles.collect(),
        })
    }

    /// Accounts that need somebody, in a sentence each.
    async fn account_advice(&self) -> Result<Vec<Advice>, Problem> {
        let accounts = self.store.accounts().await.map_err(problem_of)?;
        let needing = accounts.into_iter().filter_map(|account| {
            let what = match (account.state, account.error_verdict) {
                (AccountState::Disabled, _) => format!("“{}” is switched off: its server refused the password.", account.settings.name),
                (AccountState::Enabled, Some(_)) => format!("“{}” could not be collected when it was last tried.", account.settings.name),
                _ => return None,
            };
            let link = Some(("Open the account".to_owned(), format!("/accounts/{}", account.id)));
            Some(Advice { what, todo: "The account's page says why, and has the next step.".into(), link })
        });
        Ok(needing.collect())
    }
}

fn loops(beats: &BTreeMap<&'static str, Beat>, now: i64, full: bool) -> Vec<LoopRow> {
    LOOPS
        .iter()
        .map(|(key, name, does)| {
            let beat = beats.get(key);
            // While every place is taken, the schedule waits for one.
            let waits = full && *key == SCHEDULE;
            LoopRow {
                name: (*name).to_owned(),
                does: (*does).to_owned(),
                last: beat.map(|beat| beat.began),
                took: beat.map_or(0, |beat| beat.took),
                next: beat.map(|beat| beat.next),
                late: !waits && beat.is_some_and(|beat| now - beat.next > LATE),
                error: beat.and_then(|beat| beat.error.clone()),
            }
        })
        .collect()
}

/// "Process 4711 on desk", of `4711@desk/boot`.
fn lease_row(ours: bool, lease: Lease) -> LeaseRow {
    let (process, machine) = lease.holder.split_once('@').unwrap_or((lease.holder.as_str(), ""));
    let machine = machine.split('/').next().unwrap_or("");
    let holder = match (ours, machine.is_empty()) {
        (true, _) => "This process".to_owned(),
        (false, true) => format!("Process {process}"),
        (false, false) => format!("Process {process} on {machine}"),
    };
    LeaseRow { account: lease.account, name: lease.name, holder, ours, until: lease.until }
}

fn queues(backlog: &Backlog) -> Vec<QueueRow> {
    let row = |name: &str, waiting, means: &str| QueueRow { name: name.to_owned(), waiting, means: means.to_owned() };
    vec![
        row("Letters to be indexed", backlog.index, "They are in their histories already; searching finds them when the index has them"),
        row("Letters without a conversation", backlog.conversations, "Letters of before conversations were kept, or of a restore"),
        row("Mailboxes due", backlog.due, "They are collected as soon as a place is free"),
    ]
}

fn database_facts(store: &StoreFacts) -> DatabaseFacts {
    let kind = match store.database {
        Database::Sqlite => "SQLite",
        Database::Postgres => "PostgreSQL",
    };
    DatabaseFacts {
        kind: kind.to_owned(),
        version: store.version.clone(),
        schema: store.schema,
        octets: store.octets,
        round_trip: i64::try_from(store.round_trip.as_micros()).unwrap_or(i64::MAX),
    }
}

fn advice(loops: &[LoopRow], database: &DatabaseFacts, room: &Room, backlog: &Backlog) -> Vec<Advice> {
    let mut all = Vec::new();
    let mut say = |what: String, todo: &str| all.push(Advice { what, todo: todo.to_owned(), link: None });
    if let Some(free) = room.free.filter(|free| *free < LITTLE) {
        say(
            format!("Only {} MB are free on the disk of the data folder.", free / 1_000_000),
            "Make room, or move the data folder to a larger disk. When it is full, nothing more is collected; what is stored stays.",
        );
    }
    for row in loops {
        if let Some(error) = &row.error {
            say(
                format!("{} failed when it last ran: {error}", row.name),
                "It is tried again by itself. If it stays, look at disk and database.",
            );
        } else if row.late {
            say(
                format!("{} has not run when it should have.", row.name),
                "Restart Postroom; nothing is lost by that. Keep the log for whoever helps.",
            );
        }
    }
    if database.round_trip > SLOW {
        say(
            format!("The database took {} ms for the plainest question.", database.round_trip / 1000),
            "Look what else the database's machine is doing, and at the network on the way.",
        );
    }
    if backlog.index > MANY {
        say(
            format!("{} letters cannot be searched yet.", backlog.index),
            "This is usual in a first collection or after a restore, and passes by itself.",
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountId;

    fn database(round_trip: i64) -> DatabaseFacts {
        DatabaseFacts { kind: "SQLite".into(), version: "3".into(), schema: 1, octets: 1, round_trip }
    }

    fn beat(next: i64, error: Option<&str>) -> BTreeMap<&'static str, Beat> {
        BTreeMap::from([(SCHEDULE, Beat { next, error: error.map(str::to_owned), ..Beat::default() })])
    }

    #[test]
    fn a_loop_that_should_have_run_is_late_unless_it_waits_for_a_place() {
        let late = |next, full| loops(&beat(next, None), 1_000_000, full)[0].late;
        assert!(!late(1_000_000 - LATE, false) && late(1_000_000 - LATE - 1, false) && !late(0, true));
        let rows = loops(&BTreeMap::new(), 1_000_000, false);
        assert!(rows.iter().all(|row| row.last.is_none() && !row.late), "what has not begun is not late");
    }

    #[test]
    fn each_trouble_comes_with_what_to_do() {
        let none = Backlog { index: 0, conversations: 0, due: 0 };
        let calm = loops(&beat(1_000_000, None), 1_000_000, false);
        assert!(advice(&calm, &database(200), &Room { free: Some(LITTLE), ..Room::default() }, &none).is_empty());
        let failed = loops(&beat(0, Some("disk full")), 1_000_000, false);
        let told = advice(&failed, &database(70_000), &Room { free: Some(5_000_000), ..Room::default() }, &Backlog { index: 9000, ..none });
        let told: Vec<&str> = told.iter().map(|advice| advice.what.as_str()).collect();
        assert_eq!(
            told,
            [
                "Only 5 MB are free on the disk of the data folder.",
                "Schedule failed when it last ran: disk full",
                "The database took 70 ms for the plainest question.",
                "9000 letters cannot be searched yet."
            ]
        );
    }

    #[test]
    fn holders_are_told_as_people_say_it() {
        let lease = |holder: &str| Lease { account: AccountId(1), name: "Office".into(), holder: holder.into(), until: 5 };
        assert_eq!(lease_row(false, lease("4711@desk/5b2f-11")).holder, "Process 4711 on desk");
        assert_eq!(lease_row(true, lease("4711@desk/5b2f-11")).holder, "This process");
        assert_eq!(lease_row(false, lease("odd")).holder, "Process odd");
    }
}
