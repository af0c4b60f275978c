//! Searching. What is asked is answered in the order of time, newest first, so that a common word costs no more than a rare one.
//!
//! Two steps, repeated until the page is full: *candidates* come from the index by their words alone; the *sieve* keeps those that the
//! viewer may see and that hold to the rest of the question. A search that keeps finding nothing ends after a budget and says how far it
//! got, so that no question can hold the database up.

use self::wording::Match;
use crate::{Scope, Store, StoreError, db::read, index::Unpacker, letters::account_is_named};
use model::{ClientId, Direction, FolderId, LabelId, MessageId};

/// Where in a letter the words must stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Field {
    /// Anywhere.
    #[default]
    Anywhere,
    /// In the subject.
    Subject,
    /// In names and addresses of From, Sender and Reply-To.
    Sender,
    /// In names and addresses of To, Cc and Bcc.
    Recipient,
    /// In names of files.
    File,
}

/// One demand on the words of a letter. Words are folded by `postroom_mail::words`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    /// One word, or a phrase.
    pub words: Vec<String>,
    /// The last word may go on.
    pub prefix: bool,
    /// Where.
    pub field: Field,
    /// Letters that have it are left out.
    pub negated: bool,
}

/// Where a letter may have been seen: in one of these folders, or under one of these labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Folders.
    pub folders: Vec<FolderId>,
    /// Labels.
    pub labels: Vec<LabelId>,
}

impl Within {
    /// Nowhere at all.
    pub fn is_nowhere(&self) -> bool {
        self.folders.is_empty() && self.labels.is_empty()
    }
}

/// A question, understood. All of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Demands on words.
    pub clauses: Vec<Clause>,
    /// In the history of one of these clients; each list must hold.
    pub clients: Vec<Vec<ClientId>>,
    /// Seen in one of these places; each must hold.
    pub within: Vec<Within>,
    /// Has files.
    pub has_attachment: bool,
    /// Went each of these ways: two are none.
    pub directions: Vec<Direction>,
    /// Before this moment, ms.
    pub before: Option<i64>,
    /// From this moment on, ms.
    pub after: Option<i64>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Places of letters, newest first.
    pub places: Vec<i64>,
    /// Where the search stopped although more letters may have it: go on from here.
    pub reached: Option<i64>,
}

impl Hits {
    /// The letters.
    pub fn letters(&self) -> Vec<MessageId> {
        self.places.iter().map(|place| letter_at(*place)).collect()
    }
}

/// What stands in a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// The letter.
    pub id: MessageId,
    /// Subject.
    pub subject: String,
    /// The sender's name.
    pub from: String,
    /// Names of files, one a line.
    pub files: String,
    /// Text.
    pub body: String,
}

/// Ids in a place: the lowest 29 bits.
const IDS: i64 = 1 << 29;
/// The last second that has a place of its own; earlier than 1901 and later than 2446 is not told apart.
const LAST_SECOND: i64 = (1 << 34) - 1;

/// A letter's place in the order of time: its second since December 1901, then its id.
pub fn place_of(date: i64, id: MessageId) -> i64 {
    second(date) * IDS + id.0 % IDS
}

/// The letter at a place.
pub fn letter_at(place: i64) -> MessageId {
    MessageId(place % IDS)
}

/// The second of a place, ms.
pub fn date_at(place: i64) -> i64 {
    (place / IDS - (1 << 31)) * 1000
}

fn second(date: i64) -> i64 {
    (date / 1000 + (1 << 31)).clamp(0, LAST_SECOND)
}

/// [`place_of`] in SQL, for the letter `m`.
macro_rules! place {
    () => {
        "((case when m.date < -2147483648000 then 0 when m.date > 15032385535000 then 17179869183 else m.date / 1000 + 2147483648 end) * 536870912 + m.id % 536870912)"
    };
}

// Below the macro, which it uses.
mod sieve;
pub(crate) mod wording;

/// A pattern that finds the text anywhere.
pub(crate) fn like(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// Candidates of the first round beyond the page; few are sieved out.
const SPARE: usize = 50;
/// Most candidates of one round.
const ROUND: usize = 8_000;
/// Candidates looked at before a search gives up and says how far it got.
const BUDGET: usize = 40_000;
/// Where fewer than one in so many of one table's entries fit the other, the other leads.
const ONE_IN: usize = 10;
/// So few letters are asked for one by one instead of walking through all that have the words.
const FEW: usize = 2_000;
/// PostgreSQL: newest entries tried first. Where more than two in five have the words, going on like that is cheaper than its index.
const TRIED: i64 = 600;
const TRIED_ON: i64 = 2_600;

/// What the index is asked, made once for a search.
struct Plan {
    words: Match,
    /// The same without the addresses of clients, for what is filed by hand.
    plain: Match,
    /// Letters filed by hand to the clients asked for: found although none of the clients' addresses stands in them.
    by_hand: Vec<i64>,
    floor: i64,
}

/// One round's candidates, newest first.
struct Round {
    places: Vec<i64>,
    /// Entries looked at, those that do not fit among them: what the budget is spent on.
    looked: usize,
    /// The last entry looked at, when there may be more below it.
    reached: Option<i64>,
}

impl Store {
    /// Letters in scope that answer the question, newest first, below a place.
    pub async fn search(&self, scope: Scope, query: &SearchQuery, below: Option<i64>, limit: usize) -> Result<Hits, StoreError> {
        let nothing = |list: &Vec<ClientId>| list.is_empty();
        if query.clients.iter().any(nothing) || query.within.iter().any(Within::is_nowhere) {
            return Ok(Hits::default());
        }
        let mut plan = self.plan(query).await?;
        let mut below = query.before.map_or(i64::MAX, |moment| (second(moment) + 1).saturating_mul(IDS)).min(below.unwrap_or(i64::MAX));
        let mut places = Vec::new();
        let (mut size, mut looked, mut few, mut counted) = (limit + SPARE, 0, None, false);
        loop {
            let round = self.round(&plan, below, few.as_deref(), size).await?;
            looked += round.looked.max(1);
            if round.looked > ONE_IN * round.places.len() {
                plan.words.turn();
            }
            places.extend(self.sieve(scope, query, round.places).await?);
            if places.len() >= limit {
                places.truncate(limit);
                return Ok(Hits { places, reached: None });
            }
            let Some(reached) = round.reached else { return Ok(Hits { places, reached: None }) };
            if looked >= BUDGET {
                return Ok(Hits { places, reached: Some(reached) });
            }
            below = reached;
            // Many have the words but few pass: perhaps because few letters are asked for at all.
            if !std::mem::replace(&mut counted, true) {
                few = self.few(scope, query).await?;
            }
            size = (size * 4).clamp(FEW + 1, ROUND);
        }
    }

    async fn plan(&self, query: &SearchQuery) -> Result<Plan, StoreError> {
        let mut marks = Vec::new();
        let mut by_hand = Vec::new();
        for clients in &query.clients {
            let list = numbers(clients.iter().map(|client| client.0));
            let addresses: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "select distinct pa.address_id from party_address pa where pa.party_id in ({list})"))).persistent(false).fetch_all(c).await)?;
            let filed: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                concat!("select ", place!(), " from filing k join message m on m.id = k.message_id
                 where k.decision = 'belongs' and k.party_id in ({list})"), list = list))).persistent(false).fetch_all(c).await)?;
            marks.push(addresses);
            by_hand.extend(filed);
        }
        let floor = query.after.map_or(i64::MIN, |moment| second(moment) * IDS);
        let asked = |marks: &[Vec<i64>]| wording::match_of(self.database(), &query.clauses, marks);
        Ok(Plan { words: asked(&marks), plain: asked(&[]), by_hand, floor })
    }

    async fn round(&self, plan: &Plan, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let mut round = match (plan.words.is_empty(), self.database()) {
            (true, _) => self.by_place(&plan.words, plan.floor, below, few, size).await?,
            (false, crate::Database::Sqlite) => self.by_words(&plan.words, plan.floor, below, few, size).await?,
            (false, crate::Database::Postgres) => match few {
                Some(_) => self.by_words(&plan.words, plan.floor, below, few, size).await?,
                None => self.by_trying(&plan.words, plan.floor, below, size).await?,
            },
        };
        if !plan.by_hand.is_empty() {
            let low = round.reached.unwrap_or(plan.floor);
            let asked: Vec<i64> = plan.by_hand.iter().copied().filter(|place| few.is_none_or(|few| few.contains(place))).collect();
            let more = if plan.plain.is_empty() {
                self.by_place(&plan.plain, low, below, Some(&asked), asked.len() + 1).await?
            } else {
                self.by_words(&plan.plain, low, below, Some(&asked), asked.len() + 1).await?
            };
            round.looked += more.looked;
            round.places.extend(more.places);
            round.places.sort_unstable_by(|a, b| b.cmp(a));
            round.places.dedup();
        }
        Ok(round)
    }

    /// Letters by place alone: nothing is asked of the words.
    async fn by_place(&self, words: &Match, floor: i64, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let within = few.map_or(String::new(), |few| format!(" and m.id in ({})", numbers(few.iter().map(|place| place % IDS))));
        let except = wording::without(self.database(), words);
        let sql = format!(
            concat!(
                "select ",
                place!(),
                " from message m where ",
                place!(),
                " >= $1 and ",
                place!(),
                " < $2{}{} order by ",
                place!(),
                " desc limit $3"
            ),
            within,
            except.replace("PLACE", place!())
        );
        let places: Vec<i64> = read!(self, c => {
            let mut statement = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).persistent(few.is_none()).bind(floor).bind(below).bind(size as i64);
            for unwanted in words.unwanted() {
                statement = statement.bind(unwanted);
            }
            statement.fetch_all(c).await
        })?;
        Ok(full(places, size))
    }

    /// Letters that have the words, by the index.
    async fn by_words(&self, words: &Match, floor: i64, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let sql = wording::by_words(self.database(), words, &few.map_or(String::new(), |few| numbers(few.iter().copied())));
        let rows: Vec<(i64, i64)> = read!(self, c => {
            let mut statement = sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(few.is_none())
                .bind(&words.coarse).bind(floor).bind(below).bind(size as i64);
            if let Some(fine) = words.fine() {
                statement = statement.bind(fine);
            }
            statement.fetch_all(c).await
        })?;
        let reached = (rows.len() == size).then(|| rows.last().map(|(place, _)| *place)).flatten();
        let looked = rows.len();
        Ok(Round { places: rows.into_iter().filter(|(_, fits)| *fits == 1).map(|(place, _)| place).collect(), looked, reached })
    }

    /// PostgreSQL has no index in two orders: tries the newest entries first, and asks the index when the words are too rare for that.
    async fn by_trying(&self, words: &Match, floor: i64, below: i64, size: usize) -> Result<Round, StoreError> {
        let (mut places, mut looked, mut at) = (Vec::new(), 0, below);
        for (count, wish) in [(TRIED, 1.0), (TRIED_ON, 0.4)] {
            let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(wording::TRY_NEWEST)
                .bind(words.fine().unwrap_or(&words.coarse)).bind(floor).bind(at).bind(count).fetch_all(c).await)?;
            looked += rows.len();
            let hits = rows.iter().filter(|(_, fits)| *fits == 1).map(|(place, _)| *place);
            places.extend(hits);
            let Some((last, _)) = rows.last().filter(|_| rows.len() as i64 == count) else {
                return Ok(Round { places, looked, reached: None });
            };
            at = *last;
            if places.len() >= size {
                return Ok(Round { places, looked, reached: Some(at) });
            }
            if (places.len() as f64) < wish * 0.4 * rows.len() as f64 {
                break;
            }
        }
        let rest = self.by_words(words, floor, at, None, size).await?;
        places.extend(rest.places);
        Ok(Round { places, looked: looked + rest.looked, reached: rest.reached })
    }

    /// Folders whose names the viewer may know: id, the folder's name, the account's name, what the folder is for.
    pub async fn named_folders(&self, scope: Scope) -> Result<Vec<(FolderId, String, String, String)>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String, String, String)> = read!(self, c => sqlx::query_as(concat!(
            "select f.id, f.name, a.name, coalesce(f.role, '') from folder f join account a on a.id = f.account_id where ",
            account_is_named!(), " order by f.id"))
            .bind(user).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, folder, account, role)| (FolderId(id), folder, account, role)).collect())
    }

    /// Texts of letters, for snippets and comparing, in no order.
    pub async fn texts(&self, ids: &[MessageId]) -> Result<Vec<LetterText>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select m.id, m.subject, m.from_name, t.body, t.files from message m join message_text t on t.message_id = m.id where m.id in ({})",
            numbers(ids.iter().map(|id| id.0))
        );
        let rows: Vec<(i64, String, String, Vec<u8>, String)> =
            read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?;
        let mut unpacker = Unpacker::new()?;
        rows.into_iter()
            .map(|(id, subject, from, body, files)| {
                Ok(LetterText { id: MessageId(id), subject, from, files, body: unpacker.unpack(&body)? })
            })
            .collect()
    }
}

fn full(places: Vec<i64>, size: usize) -> Round {
    let reached = (places.len() == size).then(|| places.last().copied()).flatten();
    Round { looked: places.len(), places, reached }
}

/// Numbers for a list in SQL; -1 is nobody's, for databases that know no empty list.
fn numbers(numbers: impl Iterator<Item = i64>) -> String {
    let list: Vec<String> = numbers.map(|number| number.to_string()).collect();
    if list.is_empty() { "-1".to_owned() } else { list.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_time_and_name_their_letter() {
        let dates = [i64::MIN, -9_999_999_999_999, -5_000, 0, 1_000, 1_790_000_000_000, 99_999_999_999_999, i64::MAX];
        let places: Vec<i64> = dates.iter().map(|date| place_of(*date, MessageId(77))).collect();
        assert!(places.is_sorted() && places[0] >= 0, "{places:?}");
        assert!(places.iter().all(|place| letter_at(*place) == MessageId(77)));
        assert!(place_of(1_500, MessageId(2)) > place_of(1_000, MessageId(1)));
    }
}
