//! Small made-up offices and questions by chance: both databases answer what going through the letters one by one answers.

use super::search::{clause, index};
use super::*;
use model::FolderId;
use postroom_store::ArrivedLetter;
use shelf::Shelf;
use std::collections::BTreeMap;

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const WORDS: [&str; 9] = ["pension", "pensions", "annual", "review", "müller", "ad", "adviser", "世", "the"];
const PEOPLE: [(&str, &str); 6] = [
    ("Ada Kontor", "ada@office.example"),
    ("Cy Client", "cy@client.example"),
    ("Dee Müller", "dee@client.example"),
    ("", "annual@review.example"),
    ("Zoe", "zoe@north.example"),
    ("Pension", "ad@south.example"),
];

/// A letter as the made-up office knows it.
#[derive(Clone)]
struct Made {
    token: String,
    folder: usize,
    date: i64,
    subject: String,
    files: String,
    body: String,
    from: usize,
    to: usize,
}

fn made(chance: &mut Chance, n: usize) -> Made {
    let mut text = |most: usize| (0..chance.below(most)).map(|_| chance.pick(&WORDS)).collect::<Vec<_>>().join(" ");
    let (subject, body, files) = (text(4), text(12), text(2));
    Made {
        token: format!("token{n}"),
        folder: chance.below(3),
        date: NOW + chance.below(40) as i64 * 500,
        subject: format!("{subject} token{n}"),
        files,
        body,
        from: chance.below(PEOPLE.len()),
        to: chance.below(PEOPLE.len()),
    }
}

fn arrived(made: &Made, uid: i64) -> ArrivedLetter {
    let ((from_name, from), (to_name, to)) = (PEOPLE[made.from], PEOPLE[made.to]);
    let mut arrived = letter(uid, from, to, &made.subject, made.date);
    arrived.letter.people =
        vec![(model::AddressRole::From, from.into(), from_name.into()), (model::AddressRole::Cc, to.into(), to_name.into())];
    arrived.letter.text.clone_from(&made.body);
    arrived.letter.files.clone_from(&made.files);
    arrived.letter.attachments = i64::from(!made.files.is_empty());
    arrived
}

/// Two cost centres' clients, an office mailbox with two folders, Ben's own mailbox with one.
struct Office {
    letters: Vec<Made>,
    folders: Vec<FolderId>,
    clients: Vec<ClientId>,
    ben: UserId,
}

async fn fill(shelf: &Shelf, letters: &[Made]) -> Office {
    let store = &shelf.store;
    store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
    let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
    let (north, south) = (
        store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap(),
        store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap(),
    );
    store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
    let mut clients = Vec::new();
    for (code, centre, address) in [("N", north, "zoe@north.example"), ("S", south, "ad@south.example")] {
        let change = ClientChange { cost_centre: Some(centre), ..client(code, &[(Person::Myself, 1, address)]) };
        clients.push(store.save_client(ALL, None, &change, &event("client.added")).await.unwrap());
    }
    let office = NewAccount { address: "ada@office.example".into(), ..account("Office") };
    let own = NewAccount { owner: Some(ben), address: "ben@office.example".into(), ..account("Ben") };
    let mut folders = Vec::new();
    for (account, names) in [(office, vec!["INBOX", "Sent"]), (own, vec!["INBOX"])] {
        let id = store.add_account(&account, &event("account.added")).await.unwrap();
        let seen: Vec<_> = names.iter().map(|name| folder(name)).collect();
        store.keep_folders(id, &seen).await.unwrap();
        folders.extend(store.folders(id).await.unwrap().into_iter().map(|folder| folder.id));
    }
    for (at, id) in folders.iter().enumerate() {
        let window: Vec<_> =
            letters.iter().enumerate().filter(|(_, made)| made.folder == at).map(|(uid, made)| arrived(made, uid as i64 + 1)).collect();
        store.save_import(*id, 1, &window, &[], NOW).await.unwrap();
    }
    index(store).await;
    Office { letters: letters.to_vec(), folders, clients, ben }
}

/// A question: its clauses, and which clients, folders and dates (by number) it is narrowed to.
#[derive(Debug, Clone)]
struct Asked {
    clauses: Vec<Clause>,
    client: Option<usize>,
    folder: Option<usize>,
    files: bool,
    direction: Option<Direction>,
    before: Option<i64>,
    after: Option<i64>,
    ben: bool,
}

fn asked(chance: &mut Chance) -> Asked {
    let clauses = (0..chance.below(4))
        .map(|_| {
            let mut words = (0..1 + chance.below(2)).map(|_| chance.pick(&WORDS)).collect::<Vec<_>>().join(" ");
            let prefix = chance.below(3) == 0;
            if prefix && chance.below(2) == 0 {
                // As typed so far: the last word has one to four letters.
                let start = words.rfind(' ').map_or(0, |at| at + 1);
                let letters: String = words[start..].chars().take(1 + chance.below(4)).collect();
                words.replace_range(start.., &letters);
            }
            let field = [Field::Anywhere, Field::Anywhere, Field::Subject, Field::Sender, Field::Recipient, Field::File][chance.below(6)];
            Clause { field, prefix, negated: chance.below(4) == 0, ..clause(&words) }
        })
        .collect();
    let moment = |chance: &mut Chance| (chance.below(4) == 0).then(|| NOW + chance.below(20) as i64 * 1000);
    Asked {
        clauses,
        client: (chance.below(4) == 0).then(|| chance.below(2)),
        folder: (chance.below(5) == 0).then(|| chance.below(3)),
        files: chance.below(6) == 0,
        direction: (chance.below(5) == 0).then(|| [Direction::Received, Direction::Sent][chance.below(2)]),
        before: moment(chance),
        after: moment(chance),
        ben: chance.below(3) == 0,
    }
}

impl Asked {
    fn query(&self, office: &Office) -> SearchQuery {
        SearchQuery {
            clauses: self.clauses.clone(),
            clients: self.client.map(|at| vec![office.clients[at]]).into_iter().collect(),
            within: self.folder.map(|at| Within { folders: vec![office.folders[at]], ..Within::default() }).into_iter().collect(),
            has_attachment: self.files,
            directions: self.direction.into_iter().collect(),
            before: self.before,
            after: self.after,
        }
    }

    /// The same by going through the letters.
    fn fits(&self, made: &Made) -> bool {
        let people = [PEOPLE[made.from].1, PEOPLE[made.to].1];
        let of_client = |at: usize| people.contains(&["zoe@north.example", "ad@south.example"][at]);
        let visible = !self.ben || made.folder == 2 || of_client(0);
        let client = self.client.is_none_or(|at| of_client(at) && (!self.ben || at == 0));
        let folder = self.folder.is_none_or(|at| made.folder == at);
        let dates = self.before.is_none_or(|moment| made.date < moment) && self.after.is_none_or(|moment| made.date >= moment);
        let words = self.clauses.iter().all(|clause| has(made, clause) != clause.negated);
        // The office's own addresses are those of its accounts.
        let sent = ["ada@office.example", "ben@office.example"].contains(&PEOPLE[made.from].1);
        let direction = self.direction.is_none_or(|direction| (direction == Direction::Sent) == sent);
        visible && client && folder && dates && words && direction && (!self.files || !made.files.is_empty())
    }
}

fn has(made: &Made, clause: &Clause) -> bool {
    let person = |at: usize| format!("{} {}", PEOPLE[at].0, PEOPLE[at].1).to_lowercase().replace(['@', '.'], " ");
    let fields = [
        (Field::Subject, made.subject.clone()),
        (Field::Sender, person(made.from)),
        (Field::Recipient, person(made.to)),
        (Field::File, made.files.clone()),
        (Field::Anywhere, made.body.clone()),
    ];
    fields.iter().any(|(field, text)| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let last = clause.words.len() - 1;
        let fits = |window: &[&str]| {
            clause
                .words
                .iter()
                .enumerate()
                .all(|(at, word)| window[at] == word || (clause.prefix && at == last && window[at].starts_with(word.as_str())))
        };
        (clause.field == Field::Anywhere || clause.field == *field) && words.windows(clause.words.len()).any(fits)
    })
}

// DESIGN §5: one contract, two databases.
#[tokio::test]
async fn any_question_finds_what_going_through_the_letters_finds() {
    let mut chance = Chance(20_260_731);
    for corpus in 0..3 {
        let letters: Vec<Made> = (0..60).map(|n| made(&mut chance, n)).collect();
        let questions: Vec<Asked> = (0..120).map(|_| asked(&mut chance)).collect();
        for shelf in shelves().await {
            let office = fill(&shelf, &letters).await;
            for question in &questions {
                let scope = if question.ben { staff(office.ben) } else { ALL };
                let (mut found, mut below) = (Vec::new(), None);
                loop {
                    // In small pages, so that going on is tried as well.
                    let hits = shelf.store.search(scope, &question.query(&office), below, 7).await.unwrap();
                    found.extend(hits.letters());
                    below = hits.places.last().copied();
                    if hits.places.len() < 7 {
                        break;
                    }
                }
                let texts = shelf.store.texts(&found).await.unwrap();
                let tokens: BTreeMap<MessageId, String> =
                    texts.into_iter().map(|text| (text.id, text.subject.rsplit(' ').next().unwrap().to_owned())).collect();
                let dates: BTreeMap<&str, i64> = office.letters.iter().map(|made| (made.token.as_str(), made.date / 1000)).collect();
                let mut found: Vec<&str> = found.iter().map(|id| tokens[id].as_str()).collect();
                assert!(found.iter().map(|token| dates[token]).rev().is_sorted(), "newest first: {question:?}");
                let mut expected: Vec<&str> = letters.iter().filter(|made| question.fits(made)).map(|made| made.token.as_str()).collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected, "{} corpus {corpus} {question:?}", shelf.name);
            }
        }
    }
}
