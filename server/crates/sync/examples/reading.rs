//! A large store made through its own import, and how long what people ask of it takes: `cargo xtask bench read`.
//!
//! Arguments: data folder, address of the database, letters, clients, questions of each kind.
#![allow(clippy::print_stdout, reason = "its figures are its purpose")]

use model::{AddressRole, COUNTED, ClientId, HistoryFilter, MailboxCard, MessageId, Person, Preset, Security, UserId};
use postroom_lab::random::Dice;
use postroom_mail::query::{Query, Term};
use postroom_store::{
    ArrivedLetter, ClientChange, IndexRow, NewAccount, NewClientAddress, NewEvent, NewLetter, Octets, Scope, SeenFolder, Store, StoreError,
};
use sha2::{Digest, Sha256};
use std::{path::Path, time::Instant};

/// The moment of the newest letter, ms, and what lies between two.
const NOW: i64 = 1_790_000_000_000;
const APART: i64 = 157_000;
/// The busiest client has so many letters, or a tenth of all.
const BUSIEST: usize = 5_000;
/// Words of the language; the first are on nearly every page, as in any.
const WORDS: usize = 60_000;
/// Words of a letter: about two kilobytes.
const LENGTH: usize = 290;
const WINDOW: usize = 400;
/// An administrator: what is asked beside the words is looked at for each letter, as for anybody who signs in.
const VIEWER: Scope = Scope::User { id: UserId(1), administrator: true };

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, url, letters, clients, times] = words.as_slice() else { return Err("five arguments, see the first lines".into()) };
    let (letters, clients, times): (usize, usize, usize) = (letters.parse()?, clients.parse()?, times.parse()?);
    let store = Store::open(url, Path::new(data)).await?;
    let start = Instant::now();
    let made = match store.client_by_code(Scope::Everything, "B000000").await {
        Ok(_) => bench_account(&store).await?.map_or(0, |card| card.letters as usize),
        Err(_) => {
            start_office(&store, clients).await?;
            0
        }
    };
    if made < letters {
        fill(&store, made, letters, clients).await?;
        println!("{} letters and {clients} clients made in {:.0} s; load {}", letters - made, start.elapsed().as_secs_f64(), load());
    }
    let mut ids = Vec::with_capacity(clients);
    for client in 0..clients.min(2_000) {
        ids.push(store.client_by_code(Scope::Everything, &format!("B{client:06}")).await?.id);
    }
    ask(&store, &ids, letters, times).await?;
    println!("load at the end {}", load());
    store.close().await;
    Ok(())
}

/// Who else is at work on this machine, where it says so.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
}

/// A word of the language: syllables by its number, so that neighbours begin alike.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 40] = [
        "an", "be", "co", "der", "en", "fi", "ge", "ha", "in", "ja", "ka", "le", "mo", "na", "or", "pre", "qui", "re", "sta", "te", "un",
        "ver", "wo", "xi", "ye", "zu", "tra", "pro", "lin", "mar", "ton", "ber", "gen", "hal", "dor", "ris", "sol", "pen", "cam", "vor",
    ];
    let (mut rest, mut text) = (number, String::new());
    loop {
        text.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
        if rest == 0 {
            return text;
        }
    }
}

/// Numbers of words as a language deals them out (Zipf): the more common, the smaller.
fn common(dice: &mut Dice) -> usize {
    ((WORDS as f64).powf(dice.unit()) as usize).saturating_sub(1).min(WORDS - 1)
}

fn address_of(client: usize) -> String {
    format!("person{client}@client{client}.example")
}

/// Whose letter it is: the busiest client's now and then, all others' with a slope.
fn client_of(number: usize, letters: usize, clients: usize, dice: &mut Dice) -> usize {
    let every = (letters / BUSIEST.min(letters / 10).max(1)).max(1);
    if number.is_multiple_of(every) { 0 } else { 1 + ((clients - 1) as f64 * dice.unit() * dice.unit()) as usize }
}

fn letter(number: usize, letters: usize, clients: usize, dice: &mut Dice) -> ArrivedLetter {
    let client = address_of(client_of(number, letters, clients, dice));
    let (from, to) = if dice.chance(600) { (client, "desk@office.example".to_owned()) } else { ("desk@office.example".to_owned(), client) };
    let subject = (0..5).map(|_| word(common(dice))).collect::<Vec<_>>().join(" ");
    let mut text = format!("marker{number}\n");
    for at in 0..LENGTH {
        text.push_str(&word(common(dice)));
        text.push(if at % 11 == 10 { '\n' } else { ' ' });
    }
    let raw = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@bench.example>\r\n\r\n{text}").into_bytes();
    let digest: [u8; 32] = Sha256::digest(&raw).into();
    let message_id = format!("{number}@bench.example");
    let letter = NewLetter {
        identity: digest,
        identity_version: 1,
        parser_version: postroom_mail::PARSER_VERSION,
        message_key: postroom_sync::message_key(&message_id),
        message_id,
        refers: Vec::new(),
        preview: text.chars().take(160).collect(),
        subject,
        date: NOW - (letters - number) as i64 * APART,
        date_header: String::new(),
        received_at: None,
        date_looks_wrong: false,
        people: vec![(AddressRole::From, from, "Ada Example".to_owned()), (AddressRole::To, to, String::new())],
        attachments: 0,
        files: String::new(),
        has_html: false,
        remote_content: false,
        is_bounce: false,
        is_automatic: false,
        unreadable: None,
        remarks: Vec::new(),
        text,
    };
    ArrivedLetter { uid: number as i64 + 1, digest, raw: Octets::from(raw), letter }
}

fn event(action: &str) -> NewEvent {
    NewEvent { at: NOW, principal: "bench".into(), action: action.into(), subject: String::new(), detail: String::new() }
}

fn on_file(address: String, slot: i64) -> NewClientAddress {
    NewClientAddress { person: Person::Myself, slot, address, valid_from: None, valid_to: None }
}

/// Makes the account and the clients.
async fn start_office(store: &Store, clients: usize) -> Outcome<()> {
    let account = NewAccount {
        name: "Bench".into(),
        description: String::new(),
        protocol: model::Protocol::Imap,
        preset: Preset::Custom,
        address: "desk@office.example".into(),
        server: "mail.office.example".into(),
        port: 993,
        security: Security::Tls,
        user_name: "desk".into(),
        secret: Some("nothing is collected".to_owned().into()),
        timeout_seconds: 60,
        connection_limit: Some(2),
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner: None,
        reach_anywhere: false,
        tested: true,
    };
    let account = store.add_account(&account, &event("account.added")).await?;
    let inbox =
        SeenFolder { raw_name: "INBOX".into(), name: "INBOX".into(), role: None, selectable: true, letters: None, select_by_default: true };
    store.keep_folders(account, &[inbox]).await?;
    let list: Vec<ClientChange> = (0..clients)
        .map(|client| ClientChange {
            code: format!("B{client:06}"),
            name: format!("Client {client}"),
            cost_centre: None,
            addresses: vec![on_file(address_of(client), 1)],
        })
        .collect();
    for part in list.chunks(5_000) {
        store.import_clients(part, false, &event("clients.imported")).await?;
    }
    Ok(())
}

async fn bench_account(store: &Store) -> Outcome<Option<MailboxCard>> {
    Ok(store.mailboxes(Scope::Everything).await?.into_iter().find(|card| card.name == "Bench"))
}

/// Makes the letters that are not there yet; an interrupted run is gone on with, letter for letter.
async fn fill(store: &Store, made: usize, letters: usize, clients: usize) -> Outcome<()> {
    let account = bench_account(store).await?.ok_or("the account was made with the clients")?.id;
    let inbox = store.folders(account).await?.first().ok_or("the folder was made with the account")?.id;
    let mut dice = Dice::new(1);
    for number in 0..made {
        letter(number, letters, clients, &mut dice);
    }
    let mut number = made;
    let start = Instant::now();
    while number < letters {
        let window: Vec<ArrivedLetter> =
            (number..letters.min(number + WINDOW)).map(|number| letter(number, letters, clients, &mut dice)).collect();
        number += window.len();
        store.save_import(inbox, 1, &window, &[], NOW).await?;
        index(store).await?;
        if number.is_multiple_of(WINDOW * 250) {
            println!("… {number} after {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    store.tidy_index().await?;
    Ok(())
}

async fn index(store: &Store) -> Result<(), StoreError> {
    loop {
        let entries = store.index_waiting(800).await?;
        if entries.is_empty() {
            return Ok(());
        }
        let rows: Vec<IndexRow> = entries.into_iter().map(|entry| IndexRow::new(store.database(), postroom_sync::folded(entry))).collect();
        store.save_index(&rows).await?;
    }
}

/// Times of one kind of question.
struct Times {
    name: &'static str,
    most: f64,
    ms: Vec<f64>,
    found: usize,
}

impl Times {
    fn new(name: &'static str, most: f64) -> Self {
        Self { name, most, ms: Vec::new(), found: 0 }
    }

    async fn take<T>(&mut self, question: impl Future<Output = Result<Vec<T>, StoreError>>) -> Result<(), StoreError> {
        let start = Instant::now();
        self.found += question.await?.len();
        self.ms.push(start.elapsed().as_secs_f64() * 1000.0);
        Ok(())
    }

    fn tell(mut self) {
        self.ms.sort_by(f64::total_cmp);
        let at = |share: f64| self.ms.get(((self.ms.len() - 1) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN);
        let answered = self.found as f64 / self.ms.len() as f64;
        let verdict = if at(0.99) <= self.most { "" } else { "  over" };
        println!("{:<34}{:>9.2}{:>9.2}{:>9.2}{:>9.0}{answered:>10.1}{verdict}", self.name, at(0.5), at(0.95), at(0.99), self.most);
    }
}

/// A page of results as the pages show it: letters, their rows, a snippet of each.
async fn search(store: &Store, query: Query, client: Option<ClientId>) -> Result<Vec<String>, StoreError> {
    let mut wanted = postroom_sync::search_query(&query);
    wanted.clients.extend(client.map(|client| vec![client]));
    let hits = store.search(VIEWER, &wanted, None, COUNTED as usize + 1).await?;
    let letters: Vec<MessageId> = hits.letters().into_iter().take(50).collect();
    let rows = store.letter_rows(&letters).await?;
    let texts = store.texts(&letters).await?;
    assert_eq!(rows.len(), texts.len());
    Ok(texts.iter().map(|text| postroom_mail::words::highlight(&text.body, &query.terms, 180)).collect())
}

fn one(term: Term) -> Query {
    Query { terms: vec![term], ..Query::default() }
}

async fn ask(store: &Store, clients: &[ClientId], letters: usize, times: usize) -> Outcome<()> {
    println!("{:<34}{:>9}{:>9}{:>9}{:>9}{:>10}", "ms, from the store", "p50", "p95", "p99", "aim p99", "rows");
    let mut dice = Dice::new(2);
    let newest = HistoryFilter::default();
    let mut busiest = Times::new("newest 50 of the busiest client", 10.0);
    let mut others = Times::new("newest 50 of another client", 10.0);
    let mut letter = Times::new("a letter, read from its pack", 10.0);
    for _ in 0..times {
        busiest.take(store.history(VIEWER, clients[0], &newest, None, 50)).await?;
        let other = *dice.pick(clients);
        others.take(store.history(VIEWER, other, &newest, None, 50)).await?;
        let id = MessageId(1 + dice.below(letters) as i64);
        letter
            .take(async {
                store.letter(VIEWER, id).await?;
                let raw = store.raw(VIEWER, id).await?;
                Ok::<_, StoreError>(vec![postroom_mail::read(&raw)])
            })
            .await?;
    }
    for times in [busiest, others, letter] {
        times.tell();
    }
    // Words of the middle of the language and rare ones; common ones stand in most letters.
    let middle = |dice: &mut Dice| word(300 + dice.below(5_000));
    let mut kinds = [
        Times::new("a word that one letter has", 50.0),
        Times::new("a word", 50.0),
        Times::new("two words", 50.0),
        Times::new("a phrase of two", 50.0),
        Times::new("a word within the busiest client", 50.0),
        Times::new("a word within another client", 50.0),
        Times::new("the beginning of a word, 2 letters", 150.0),
        Times::new("the beginning of a word, 3 letters", 150.0),
        Times::new("the beginning of a word, 5 letters", 150.0),
        Times::new("a very common word", 150.0),
        Times::new("two very common words", 150.0),
    ];
    for _ in 0..times {
        let start = |dice: &mut Dice, octets: usize| one(Term::Prefix(word(dice.below(WORDS) + 1_600).chars().take(octets).collect()));
        let both = |a: String, b: String| Query { terms: vec![Term::Word(a), Term::Word(b)], ..Query::default() };
        let asked = [
            (one(Term::Word(format!("marker{}", dice.below(letters)))), None),
            (one(Term::Word(middle(&mut dice))), None),
            (both(middle(&mut dice), word(10 + dice.below(200))), None),
            (one(Term::Phrase(vec![word(dice.below(60)), word(dice.below(60))])), None),
            (one(Term::Word(word(dice.below(2_000)))), Some(clients[0])),
            (one(Term::Word(word(dice.below(2_000)))), Some(*dice.pick(clients))),
            (start(&mut dice, 2), None),
            (start(&mut dice, 3), None),
            (start(&mut dice, 5), None),
            (one(Term::Word(word(dice.below(10)))), None),
            (both(word(dice.below(10)), word(dice.below(10))), None),
        ];
        for (kind, (query, client)) in kinds.iter_mut().zip(asked) {
            kind.take(search(store, query, client)).await?;
        }
    }
    for kind in kinds {
        kind.tell();
    }
    let mut preview = Times::new("preview of an edit of addresses", 300.0);
    for _ in 0..times {
        let addresses =
            [on_file(address_of(1 + dice.below(clients.len() - 1)), 1), on_file(address_of(1 + dice.below(clients.len() - 1)), 2)];
        preview.take(async { Ok::<_, StoreError>(vec![store.address_effect(VIEWER, Some(clients[0]), &addresses).await?]) }).await?;
    }
    preview.tell();
    Ok(())
}
