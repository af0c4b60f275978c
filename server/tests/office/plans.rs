//! How SQLite carries out what pages ask: by an index, never by reading a whole table that grows with the letters.

use crate::browser::{Browser, House};
use crate::letters::collected_in;
use model::AccountId;
use sqlx::Row;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Tables with a row or more for each letter.
const LARGE: [&str; 14] = [
    "action_occurrence",
    "import_outcome",
    "message",
    "message_address",
    "message_text",
    "message_thread",
    "message_account",
    "copy",
    "sighting",
    "letter_label",
    "account_message",
    "attachment",
    "letter_read",
    "thread_key",
];

/// Walks through an index that end early: the line of the plan, and what the statement has for that reason.
const END_EARLY: [(&str, &str); 3] = [
    // This index holds letters with errors alone.
    ("SCAN s USING INDEX sighting_errored", "s.outcome = 'errored'"),
    ("SCAN copy USING COVERING INDEX copy_by_message", "select id from copy limit 1"),
    ("SCAN message USING INDEX message_by_date", "from message where date_looks_wrong = 0 order by date desc, id desc limit $"),
];

/// Statements as the driver tells them.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Note(self));
        }
    }
}

struct Note<'a>(&'a Statements);

impl Visit for Note<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" && !value.is_empty() {
            self.0.0.lock().unwrap().insert(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// Names by which a statement calls one of the large tables.
fn names_of_large_tables(sql: &str) -> BTreeSet<String> {
    let words: Vec<&str> = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let mut names = BTreeSet::new();
    for pair in words.windows(2).filter(|pair| LARGE.contains(&pair[0])) {
        names.extend([pair[0].to_owned(), pair[1].to_owned()]);
    }
    names
}

/// How SQLite carries a statement out, line by line.
async fn plan_of(pool: &sqlx::SqlitePool, sql: &str) -> Vec<String> {
    let plan = sqlx::query(sqlx::AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(pool).await.unwrap();
    plan.iter().map(|row| row.get::<String, _>("detail")).collect()
}

/// An index is read from one end to the other as well, by "SCAN table USING …".
fn is_whole(line: &str, sql: &str, large: &BTreeSet<String>) -> bool {
    let scanned = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
    scanned.is_some_and(|table| large.contains(table)) && !END_EARLY.iter().any(|(walk, limit)| line == *walk && sql.contains(limit))
}

/// Lines of the plan in which a large table is read from one end to the other.
async fn whole_tables_read(pool: &sqlx::SqlitePool, sql: &str) -> Vec<String> {
    let large = names_of_large_tables(sql);
    let lines = plan_of(pool, sql).await.into_iter();
    lines.filter(|line| is_whole(line, sql, &large)).collect()
}

/// Pages that show letters, or count them.
const PAGES: [&str; 34] = [
    "/",
    "/clients",
    "/clients?words=zoe",
    "/clients?order=latest",
    "/clients/1",
    "/contacts",
    "/contacts?words=zoe",
    "/clients/1?direction=sent&files=1&unread=1",
    "/clients/1?group=conversation",
    "/clients/1?open=1",
    "/clients/1?as_at=2099-12-31",
    "/clients/1/print",
    "/clients/1/edit",
    "/clients/1/why-not?sender=zoe",
    "/messages/1",
    "/messages/1?from=%2Fclients%2F1",
    "/messages/1/body",
    "/messages/1/file",
    "/messages/1/forward",
    "/unanswered",
    "/outbox",
    "/actions",
    "/actions?only=coming",
    "/actions?only=done",
    "/search?q=pension",
    "/search?q=pension&sort=best",
    "/search?q=in%3Ainbox",
    "/search?q=pension+client%3AK1",
    "/search?q=from%3Azoe+%22pension+review%22",
    "/mail",
    "/management",
    "/management?state=done&words=pension",
    "/management?state=left_out&cause=list",
    "/accounts",
];

/// Opens every page of a house with letters, as its administrator and as somebody who sees few.
async fn visit(house: &House, ada: &mut Browser, account: AccountId) {
    let of_account = [format!("/mail/{account}"), format!("/accounts/{account}")];
    for path in PAGES.into_iter().chain(of_account.iter().map(String::as_str)) {
        let came = ada.get(path).await;
        assert!(came.status.is_success(), "{path}: {}", came.status);
    }
    house.add_user("ben@example.com", model::Role::Staff, &[]).await;
    let few = house.signed_in("ben@example.com").await.get("/actions?only=done").await;
    assert!(few.status.is_success(), "{}", few.status);
}

/// What other addresses would do to a history is shown at each change of one (S3).
async fn look_at_other_addresses(ada: &mut Browser) {
    let csrf = ada.csrf().await;
    let look = [
        ("csrf", csrf.as_str()),
        ("id", "1"),
        ("form[name]", "Zoe"),
        ("form[code]", "K1"),
        ("form[cost_centre]", ""),
        ("form[self_addresses][0][address]", "friend@private.example"),
        ("form[partner_addresses][0][address]", "zoe@example.com"),
        ("intent", "look"),
    ];
    assert_eq!(ada.post("/api/clients/save", &look).await.header("location"), "/clients/1/edit?step=look");
}

/// How the lists and the badge of the outbox are counted.
async fn the_outbox_is_counted_by_its_indexes(pool: &sqlx::SqlitePool, asked: &[&String]) {
    // The badge stands on every page: of the outbox it reads what needs somebody, not all that left in these days.
    let badge = asked.iter().find(|sql| sql.contains("outbox_recipient r join outbox o")).unwrap();
    let plan = plan_of(pool, badge).await.join("\n");
    assert!(plan.contains("INDEX outbox_attention (queued_at>") && plan.contains("INDEX outbox_recipient_refused (outbox_id>"), "{plan}");
    // What each list of the outbox holds is counted in one going through it.
    let counts: Vec<_> =
        asked.iter().filter(|sql| sql.starts_with("select count(") && sql.contains(" from outbox o join account a")).collect();
    assert!(counts.iter().any(|sql| sql.matches("count(case when ").count() == 6), "{counts:?}");
    assert!(!counts.iter().any(|sql| sql.contains("case $3")), "{counts:?}");
}

async fn a_clients_letters_are_asked_for_by_letter(pool: &sqlx::SqlitePool, asked: &[&String]) {
    // Whether a letter is a client's is asked of the letter's addresses, not of all letters of the client's.
    let of_clients: Vec<_> = asked.iter().filter(|sql| sql.contains("from message_address w cross join party_address pa")).collect();
    assert!(!of_clients.is_empty(), "a search within a client");
    for sql in of_clients {
        let plan = plan_of(pool, sql).await.join("\n");
        assert!(plan.contains("SEARCH w USING PRIMARY KEY (message_id=?)"), "{sql}: {plan}");
    }
}

async fn actions_are_found_in_their_order(pool: &sqlx::SqlitePool, asked: &[&String]) {
    // Nor does a page of planned letters sort all of them to show the first ones.
    for order in ["order by o.settled_at desc, o.id desc", "order by a.next_at, a.id limit $5"] {
        let sql = asked.iter().find(|sql| sql.contains(order)).unwrap_or_else(|| panic!("nothing asked for {order}"));
        let plan = plan_of(pool, sql).await;
        assert!(!plan.iter().any(|line| line.contains("FOR ORDER BY")), "{sql}: {plan:?}");
    }
    // Whoever sees few actions does not look through what all the others did.
    let of_few: Vec<_> = asked.iter().filter(|sql| sql.contains("o.settled_at + 0")).collect();
    assert_eq!(of_few.len(), 2, "a page and a count: {of_few:?}");
    for sql in of_few {
        let plan = plan_of(pool, sql).await.join("\n");
        assert!(plan.contains("(action_id=?)") && !plan.contains("action_occurrence_settled"), "{sql}: {plan}");
    }
}

async fn windows_are_found_by_number(pool: &sqlx::SqlitePool, asked: &[&String]) {
    // What a window of letters asks for is found by number, however many letters the folder has.
    let windows: Vec<_> = asked.iter().filter(|sql| sql.contains(" from sighting where") && sql.contains("uid in (")).collect();
    assert!(!windows.is_empty(), "a collection asks what became of its letters");
    for sql in windows {
        let plan = plan_of(pool, sql).await.join("\n");
        assert!(plan.contains("PRIMARY KEY (folder_id=? AND epoch=? AND uid=?)"), "{sql}: {plan}");
    }
}

// A page must not grow slower with letters that are not on it.
#[tokio::test]
async fn no_page_reads_a_whole_table_of_letters() {
    let statements = Statements::default();
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(statements.clone()));
    let (house, mut ada, account) = collected_in(House::with_ada().await).await;
    visit(&house, &mut ada, account).await;
    look_at_other_addresses(&mut ada).await;
    let found = statements.0.lock().unwrap().clone();
    assert!(found.iter().any(|sql| sql.contains("elsewhere as")), "the look is asked for");
    let asked: Vec<&String> = found.iter().filter(|sql| sql.starts_with("select") || sql.starts_with("with")).collect();
    assert!(asked.len() > 60 && asked.iter().any(|sql| sql.contains("message v")), "the driver tells its statements: {}", asked.len());
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", house.folder.path().join("postroom.db").display())).await.unwrap();
    let mut whole = Vec::new();
    for sql in &asked {
        whole.extend(whole_tables_read(&pool, sql).await.into_iter().map(|line| format!("{line}: {sql}")));
    }
    assert!(whole.is_empty(), "{}", whole.join("\n\n"));
    the_outbox_is_counted_by_its_indexes(&pool, &asked).await;
    a_clients_letters_are_asked_for_by_letter(&pool, &asked).await;
    actions_are_found_in_their_order(&pool, &asked).await;
    windows_are_found_by_number(&pool, &asked).await;
}
