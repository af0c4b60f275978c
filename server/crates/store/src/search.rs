//! Searching. What is asked is answered in the order of time, newest first, so that a common word costs no more than a rare one.
//!
//! Two steps, repeated until the page is full: *candidates* come from the index by their words alone; the *sieve* keeps those that the
//! viewer may see and that hold to the rest of the question. A search that keeps finding nothing ends after a budget and says how far it
//! got, so that no question can hold the database up.

use crate::{
    Scope, Store, StoreError,
    db::read,
    dialect::{self, Match},
    history::client_scope,
    index::Unpacker,
    letters::{account_is_named, visible},
};
use model::{ClientId, Direction, FolderId, LabelId, MessageId};
use std::collections::HashSet;

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
/// So few letters are asked for one by one instead of walking through all that have the words.
const FEW: usize = 2_000;
/// PostgreSQL: newest entries tried first. Where more than two in five have the words, going on like that is cheaper than its index.
const TRIED: i64 = 600;
const TRIED_ON: i64 = 2_600;

/// What the index is asked, made once for a search.
struct Plan {
    words: Match,
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
        let plan = self.plan(query).await?;
        let mut below = query.before.map_or(i64::MAX, |moment| (second(moment) + 1).saturating_mul(IDS)).min(below.unwrap_or(i64::MAX));
        let mut places = Vec::new();
        let (mut size, mut looked, mut few, mut counted) = (limit + SPARE, 0, None, false);
        loop {
            let round = self.round(&plan, below, few.as_deref(), size).await?;
            looked += round.looked.max(1);
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
        Ok(Plan { words: dialect::match_of(self.database(), &query.clauses, &marks), by_hand, floor })
    }

    async fn round(&self, plan: &Plan, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let mut round = match (plan.words.is_empty(), self.database()) {
            (true, _) => self.by_place(&plan.words.without, plan.floor, below, few, size).await?,
            (false, crate::Database::Sqlite) => self.by_words(&plan.words, plan.floor, below, few, size).await?,
            (false, crate::Database::Postgres) => match few {
                Some(_) => self.by_words(&plan.words, plan.floor, below, few, size).await?,
                None => self.by_trying(&plan.words, plan.floor, below, size).await?,
            },
        };
        if !plan.by_hand.is_empty() {
            let without_marks = plan.words.without_marks();
            let low = round.reached.unwrap_or(plan.floor);
            let asked: Vec<i64> = plan.by_hand.iter().copied().filter(|place| few.is_none_or(|few| few.contains(place))).collect();
            let more = if without_marks.is_empty() {
                self.by_place(&plan.words.without, low, below, Some(&asked), asked.len() + 1).await?
            } else {
                self.by_words(&without_marks, low, below, Some(&asked), asked.len() + 1).await?
            };
            round.looked += more.looked;
            round.places.extend(more.places);
            round.places.sort_unstable_by(|a, b| b.cmp(a));
            round.places.dedup();
        }
        Ok(round)
    }

    /// Letters by place alone: nothing is asked of the words.
    async fn by_place(&self, without: &str, floor: i64, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let within = few.map_or(String::new(), |few| format!(" and m.id in ({})", numbers(few.iter().map(|place| place % IDS))));
        let except = if without.is_empty() { "" } else { dialect::without(self.database()) };
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
            if !without.is_empty() {
                statement = statement.bind(without);
            }
            statement.fetch_all(c).await
        })?;
        Ok(full(places, size))
    }

    /// Letters that have the words, by the index.
    async fn by_words(&self, words: &Match, floor: i64, below: i64, few: Option<&[i64]>, size: usize) -> Result<Round, StoreError> {
        let sql = dialect::by_words(self.database(), words, &few.map_or(String::new(), |few| numbers(few.iter().copied())));
        let rows: Vec<(i64, i64)> = read!(self, c => {
            let mut statement = sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(few.is_none())
                .bind(&words.coarse).bind(floor).bind(below).bind(size as i64);
            if let Some(fine) = &words.fine {
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
            let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(dialect::TRY_NEWEST)
                .bind(words.fine.as_ref().unwrap_or(&words.coarse)).bind(floor).bind(at).bind(count).fetch_all(c).await)?;
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

    /// Which of these letters the viewer may see and hold to what is asked beside the words, in the order given.
    async fn sieve(&self, scope: Scope, query: &SearchQuery, places: Vec<i64>) -> Result<Vec<i64>, StoreError> {
        let rest = conditions(query);
        if places.is_empty()
            || (scope == Scope::Everything && rest.is_empty() && !query.has_attachment && query.before.is_none() && query.after.is_none())
        {
            return Ok(places);
        }
        let (user, all) = scope.binds();
        let sql = format!(
            concat!("select m.id from {} where ($4 = 0 or m.attachments > 0) and m.date < $5 and m.date >= $6{} and ", visible!()),
            dialect::letters_of(self.database()),
            rest
        );
        let list = dialect::list(self.database(), places.iter().map(|place| place % IDS));
        let kept: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).persistent(rest.is_empty())
            .bind(user).bind(all).bind(list).bind(i64::from(query.has_attachment))
            .bind(query.before.unwrap_or(i64::MAX)).bind(query.after.unwrap_or(i64::MIN)).fetch_all(c).await)?;
        let kept: HashSet<i64> = kept.into_iter().collect();
        Ok(places.into_iter().filter(|place| kept.contains(&(place % IDS))).collect())
    }

    /// Every letter that can be asked for at all, if these are few: those of the places asked for, or those the viewer may see.
    async fn few(&self, scope: Scope, query: &SearchQuery) -> Result<Option<Vec<i64>>, StoreError> {
        let (user, all) = scope.binds();
        let mut sources = Vec::new();
        if let Some(within) = query.within.first() {
            let (folders, labels) = lists(within);
            sources.push(format!("select s.message_id from sighting s where s.folder_id in ({folders}) and s.message_id is not null"));
            sources.push(format!(
                "select s.message_id from letter_label l join sighting s on s.folder_id = l.folder_id and s.epoch = l.epoch and s.uid = l.uid
                 where l.label_id in ({labels}) and s.message_id is not null"
            ));
        } else if scope != Scope::Everything {
            sources.push(
                "select s.message_id from account a join folder f on f.account_id = a.id join sighting s on s.folder_id = f.id
                 where s.message_id is not null and (a.owner_id = $1
                   or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1))"
                    .to_owned(),
            );
            sources.push(
                concat!(
                    "select w.message_id from party p join party_address pa on pa.party_id = p.id join message_address w on w.address_id = pa.address_id
                     join address x on x.id = pa.address_id and x.is_own = 0 where ",
                    client_scope!()
                )
                .to_owned(),
            );
            sources.push(
                concat!(
                    "select k.message_id from filing k join party p on p.id = k.party_id where k.decision = 'belongs' and ",
                    client_scope!()
                )
                .to_owned(),
            );
        }
        let mut found = HashSet::new();
        for source in sources {
            // Each source is cut by itself; a letter stands in it once for each reason, hence the margin.
            let sql = format!(
                concat!(
                    "select ",
                    place!(),
                    " from (select message_id from ({source}) source_rows limit {limit}) picked join message m on m.id = picked.message_id where $1 = $1 and $2 = $2"
                ),
                source = source,
                limit = FEW * 4
            );
            let places: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).persistent(false)
                .bind(user).bind(all).fetch_all(c).await)?;
            let cut = places.len() == FEW * 4;
            found.extend(places);
            if cut || found.len() > FEW {
                return Ok(None);
            }
        }
        Ok((!found.is_empty() || scope != Scope::Everything || !query.within.is_empty()).then(|| found.into_iter().collect()))
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

/// What is asked beside words, files and dates, as SQL on the letter `m`.
fn conditions(query: &SearchQuery) -> String {
    let mut sql = String::new();
    for direction in &query.directions {
        let own = i64::from(*direction == Direction::Sent);
        sql.push_str(&format!(" and coalesce((select w.is_own from address w where w.id = m.from_id), 0) = {own}"));
    }
    for clients in &query.clients {
        let list = numbers(clients.iter().map(|client| client.0));
        sql.push_str(&format!(
            concat!(
                " and (exists (select 1 from message_address w join party_address pa on pa.address_id = w.address_id
                     and (pa.valid_from is null or w.date >= pa.valid_from) and (pa.valid_to is null or w.date < pa.valid_to)
                   join address x on x.id = pa.address_id and x.is_own = 0 join party p on p.id = pa.party_id
                   where w.message_id = m.id and p.id in ({list}) and ",
                client_scope!(),
                " and not exists (select 1 from filing k where k.message_id = m.id and k.party_id = p.id and k.decision = 'keep_off'))
                  or exists (select 1 from filing k join party p on p.id = k.party_id
                   where k.message_id = m.id and k.decision = 'belongs' and p.id in ({list}) and ",
                client_scope!(),
                "))"
            ),
            list = list
        ));
    }
    for within in &query.within {
        let (folders, labels) = lists(within);
        sql.push_str(&format!(
            concat!(
                " and exists (select 1 from sighting w join folder x on x.id = w.folder_id join account a on a.id = x.account_id
                   where w.message_id = m.id and (w.folder_id in ({folders}) or exists (select 1 from letter_label l
                     where l.folder_id = w.folder_id and l.epoch = w.epoch and l.uid = w.uid and l.label_id in ({labels}))) and ",
                account_is_named!(),
                ")"
            ),
            folders = folders,
            labels = labels
        ));
    }
    sql
}

fn full(places: Vec<i64>, size: usize) -> Round {
    let reached = (places.len() == size).then(|| places.last().copied()).flatten();
    Round { looked: places.len(), places, reached }
}

/// Folders and labels of a place, for SQL.
fn lists(within: &Within) -> (String, String) {
    (numbers(within.folders.iter().map(|folder| folder.0)), numbers(within.labels.iter().map(|label| label.0)))
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
