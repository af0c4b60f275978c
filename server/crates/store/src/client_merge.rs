//! Two clients become one, or two contacts: addresses, decisions by hand and codes move to the one that stays. One deed, one event.
//!
//! A preview is the merger itself, rolled back: its numbers are those that then happen. What stood before is kept by the triggers of
//! the past, so that it can be undone (`client_unmerge.rs`).

use crate::{
    NewClientAddress, NewEvent, Scope, Store, StoreError,
    audit::append_event,
    client_save::{Before, difference, intern_address, on_file, other_codes, read_before, write_addresses, write_words},
    db::write,
};
use model::{AddressEffect, ClientAddress, ClientId, LetterSpan, MergeEffect, MergeEntry, MergePlace, Person, joined_file, merge_entries};
use std::collections::{BTreeMap, BTreeSet};

/// Why a planned letter that was carried over does not leave by itself.
const LOOK_WHOM: &str = "Paused because its client or contact was merged into this one: look whom it goes to.";

/// Actions of the party `$1` that have days to come or letters that wait for somebody, and how many of them would leave by themselves.
const PLANNED: &str = "select count(*), count(case when a.state = 'active' and a.mode = 'send' then 1 end) from action a where a.party_id = $1
       and (a.next_at is not null or exists (select 1 from action_occurrence o where o.action_id = a.id and o.state in ('due', 'open', 'failed')))";

/// What merging two clients or two contacts does, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePlan {
    /// Addresses of both and where they go.
    pub entries: Vec<MergeEntry>,
    /// The file afterwards, or persons who would have more addresses than slots.
    pub file: Result<Vec<ClientAddress>, Vec<(Person, i64)>>,
    /// What it does to histories; nothing while the file is too small.
    pub effect: Option<MergeEffect>,
}

impl MergePlan {
    /// What somebody has seen who agrees to it; empty while it cannot be done.
    pub fn mark(&self) -> String {
        match (&self.effect, &self.file) {
            (Some(effect), Ok(file)) => effect.mark(file),
            _ => String::new(),
        }
    }
}

/// A decision by hand as it stands: what, whose, when, why.
pub(crate) type Decided = (String, Option<i64>, i64, String);

/// Letters of a client's history and their dates, by the history's own rule; inside the transaction at hand.
macro_rules! letters_of {
    ($c:expr, $client:expr) => {{
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "select ma.message_id, ma.date from party_address pa join address a on a.id = pa.address_id and a.is_own = 0
               join message_address ma on ma.address_id = pa.address_id
                 and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
             where pa.party_id = $1 and not exists (select 1 from filing k
               where k.message_id = ma.message_id and k.party_id = $1 and k.decision = 'keep_off')
             union select k.message_id, m.date from filing k join message m on m.id = k.message_id
             where k.party_id = $1 and k.decision = 'belongs'",
        )
        .bind($client)
        .fetch_all(&mut *$c)
        .await?;
        rows.into_iter().collect::<BTreeMap<i64, i64>>()
    }};
}

/// Decisions by hand about a client, by letter.
macro_rules! decisions_of {
    ($c:expr, $client:expr) => {{
        let rows: Vec<(i64, String, Option<i64>, i64, String)> =
            sqlx::query_as("select message_id, decision, by_user, at, reason from filing where party_id = $1")
                .bind($client)
                .fetch_all(&mut *$c)
                .await?;
        let decided = |(letter, decision, by, at, reason)| -> (i64, crate::client_merge::Decided) { (letter, (decision, by, at, reason)) };
        rows.into_iter().map(decided).collect::<BTreeMap<i64, crate::client_merge::Decided>>()
    }};
}
pub(crate) use decisions_of;

/// Makes the decisions about a client exactly these; what stays as it is is not touched, so that its past does not begin anew.
macro_rules! write_decisions {
    ($c:expr, $client:expr, $before:expr, $after:expr) => {{
        let (before, after): (&BTreeMap<i64, crate::client_merge::Decided>, &BTreeMap<i64, crate::client_merge::Decided>) =
            ($before, $after);
        for letter in before.keys().filter(|letter| !after.contains_key(*letter)) {
            sqlx::query("delete from filing where message_id = $1 and party_id = $2").bind(letter).bind($client).execute(&mut *$c).await?;
        }
        for (letter, decided) in after.iter().filter(|(letter, decided)| before.get(*letter) != Some(*decided)) {
            sqlx::query(
                "insert into filing (message_id, party_id, decision, by_user, at, reason) values ($1, $2, $3, $4, $5, $6)
                 on conflict (message_id, party_id) do update set decision = excluded.decision, by_user = excluded.by_user,
                   at = excluded.at, reason = excluded.reason",
            )
            .bind(letter)
            .bind($client)
            .bind(&decided.0)
            .bind(decided.1)
            .bind(decided.2)
            .bind(&decided.3)
            .execute(&mut *$c)
            .await?;
        }
    }};
}
pub(crate) use {letters_of, write_decisions};

/// Names of those who may open a client, by id.
macro_rules! readers_of {
    ($c:expr, $client:expr) => {{
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "select u.id, u.name from app_user u where u.disabled = 0 and (u.role = 'administrator' or not exists (select 1 from cost_centre)
               or exists (select 1 from user_cost_centre uc join party p on p.cost_centre_id = uc.cost_centre_id
                          where uc.user_id = u.id and p.id = $1))",
        )
        .bind($client)
        .fetch_all(&mut *$c)
        .await?;
        rows.into_iter().collect::<BTreeMap<i64, String>>()
    }};
}

/// How many of these letters only private mailboxes have.
macro_rules! private_of {
    ($c:expr, $letters:expr) => {{
        let letters: Vec<i64> = $letters;
        let mut private = 0_i64;
        for part in letters.chunks(500) {
            let ids = part.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "select count(*) from message m where m.id in ({ids}) and exists (select 1 from sighting s where s.message_id = m.id)
                   and not exists (select 1 from sighting s join folder f on f.id = s.folder_id join account b on b.id = f.account_id
                     where s.message_id = m.id and b.owner_id is null)"
            );
            let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *$c).await?;
            private += found;
        }
        private
    }};
}

/// The kind of two parties and the file of each; nothing is found when they are of different kinds or one of them is gone.
macro_rules! files_of_both {
    ($c:expr, $one:expr, $other:expr) => {{
        let gone: i64 = sqlx::query_scalar("select count(*) from client_merged where party_id in ($1, $2)")
            .bind($one)
            .bind($other)
            .fetch_one(&mut *$c)
            .await?;
        let kinds: Vec<String> =
            sqlx::query_scalar("select distinct kind from party where id in ($1, $2)").bind($one).bind($other).fetch_all(&mut *$c).await?;
        let [kind] = &kinds[..] else { return Err(StoreError::NotFound) };
        let (Some(one), Some(other)) = (read_before!($c, $one, kind), read_before!($c, $other, kind)) else {
            return Err(StoreError::NotFound);
        };
        if gone > 0 {
            return Err(StoreError::NotFound);
        }
        (kind.clone(), one, other)
    }};
}

/// Codes and planned letters of the one that goes become those of the one that stays; that it went is written down.
macro_rules! carry_over {
    ($c:expr, $stays:expr, $goes:expr, $at:expr, $deed:expr) => {{
        sqlx::query("update client_code set party_id = $1 where party_id = $2").bind($stays).bind($goes).execute(&mut *$c).await?;
        sqlx::query("insert into client_merged (party_id, into_id, at, deed) values ($1, $2, $3, $4)")
            .bind($goes).bind($stays).bind($at).bind($deed).execute(&mut *$c).await?;
        sqlx::query("insert into action_carried (action_id, from_id, into_id) select a.id, a.party_id, $1 from action a where a.party_id = $2")
            .bind($stays).bind($goes).execute(&mut *$c).await?;
        // Who "the client" is has changed: nothing leaves by itself until somebody has looked.
        sqlx::query("update action set state = 'paused', note = $2 where party_id = $1 and state = 'active' and mode = 'send' and (next_at is not null
               or exists (select 1 from action_occurrence o where o.action_id = action.id and o.state in ('due', 'open', 'failed')))")
            .bind($goes).bind(LOOK_WHOM).execute(&mut *$c).await?;
        // Nor does a letter that is being written at this moment.
        sqlx::query("update action_occurrence set claimed_until = 0 where state = 'due' and action_id in (select a.id from action a where a.party_id = $1)")
            .bind($goes).execute(&mut *$c).await?;
        sqlx::query("update action set party_id = $1 where party_id = $2").bind($stays).bind($goes).execute(&mut *$c).await?;
    }};
}

const REHEARSED: &str = "merge_rehearsed";

impl Store {
    /// Merges the client (or contact) `goes` into `stays`, one of its kind. Without `agreed` nothing is kept: the plan says what would happen. With it, it is done if
    /// [`MergePlan::mark`] still is what was agreed to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not in scope, both are one, or they are of different kinds; [`StoreError::Conflict`]
    /// `merge_changed` when it would do something else than was agreed to.
    pub async fn merge_clients(
        &self,
        scope: Scope,
        stays: ClientId,
        goes: ClientId,
        chosen: &[MergePlace],
        agreed: Option<&str>,
        event: &NewEvent,
    ) -> Result<MergePlan, StoreError> {
        self.client(scope, stays).await?;
        self.client(scope, goes).await?;
        if stays == goes {
            return Err(StoreError::NotFound);
        }
        let (stays, goes) = (stays.0, goes.0);
        let mut plan = None;
        let outcome = write!(self, c => {
            // Takes the lock that every deed takes: both files are as they are read until this is done.
            let deed: i64 = sqlx::query_scalar("update audit_head set seq = seq where id = 1 returning seq + 1").fetch_one(&mut *c).await?;
            let (kind, one, other) = files_of_both!(c, stays, goes);
            let entries = merge_entries(&addresses(&one), &addresses(&other), chosen);
            let file = joined_file(&entries);
            let Ok(joined) = file.clone() else {
                plan = Some(MergePlan { entries, file, effect: None });
                return Err(StoreError::Conflict(if agreed.is_some() { "merge_changed" } else { REHEARSED }));
            };
            let (first, second) = (letters_of!(c, stays), letters_of!(c, goes));
            let (mine, theirs) = (decisions_of!(c, stays), decisions_of!(c, goes));
            let (decisions, carried, overruled) = decide(&mine, &theirs, &first, &second);
            let (readers, others) = (readers_of!(c, stays), readers_of!(c, goes));
            let new: Vec<NewClientAddress> = joined.iter().map(new_address).collect();
            let (planned, paused): (i64, i64) = sqlx::query_as(PLANNED).bind(goes).fetch_one(&mut *c).await?;
            write_addresses!(c, stays, &new);
            sqlx::query("delete from party_address where party_id = $1").bind(goes).execute(&mut *c).await?;
            write_decisions!(c, stays, &mine, &decisions);
            sqlx::query("delete from filing where party_id = $1").bind(goes).execute(&mut *c).await?;
            carry_over!(c, stays, goes, event.at, deed);
            write_words!(c, stays, &new);

            let letters = Letters { stays: first, goes: second, after: letters_of!(c, stays) };
            let private = private_of!(c, letters.added());
            let (gain, lose) = (names_beside(&readers, &others), names_beside(&others, &readers));
            let effect = MergeEffect { carried, overruled, planned, paused, gain, lose, ..letters.effect(private) };
            let done = MergePlan { entries, file, effect: Some(effect) };
            let mark = done.mark();
            let event = NewEvent { subject: format!("{kind}:{stays}"), detail: told(&kind, &one, &other, goes, &new, &done), ..event.clone() };
            plan = Some(done);
            match agreed {
                None => Err(StoreError::Conflict(REHEARSED)),
                Some(agreed) if agreed != mark => Err(StoreError::Conflict("merge_changed")),
                Some(_) => Ok(append_event!(&self.keys, c, &event)),
            }
        });
        match outcome {
            Ok(head) => self.heads.publish(head.0, &head.1)?,
            Err(StoreError::Conflict(REHEARSED)) => {}
            Err(error) => return Err(error),
        }
        plan.ok_or(StoreError::NotFound)
    }
}

/// Letters by their dates: of the one that stays and of the one that goes before, and of the one that stays afterwards.
struct Letters {
    stays: BTreeMap<i64, i64>,
    goes: BTreeMap<i64, i64>,
    after: BTreeMap<i64, i64>,
}

impl Letters {
    /// Those that come into the history of the one that stays.
    fn added(&self) -> Vec<i64> {
        self.after.keys().filter(|letter| !self.stays.contains_key(letter)).copied().collect()
    }

    /// What becomes of the histories; of the letters that come in, so many only private mailboxes have.
    fn effect(&self, private: i64) -> MergeEffect {
        let Self { stays, goes, after } = self;
        let before: BTreeSet<&i64> = stays.keys().chain(goes.keys()).collect();
        MergeEffect {
            stays: stays.len() as i64,
            goes: goes.len() as i64,
            both: stays.keys().filter(|letter| goes.contains_key(letter)).count() as i64,
            after: after.len() as i64,
            moved: AddressEffect { added: span(after, stays), removed: span(stays, after), private, others: Vec::new() },
            lost: before.into_iter().filter(|letter| !after.contains_key(letter)).count() as i64,
            ..MergeEffect::default()
        }
    }
}

/// Names of those who are among the ones and not among the others.
fn names_beside(ones: &BTreeMap<i64, String>, others: &BTreeMap<i64, String>) -> Vec<String> {
    ones.iter().filter(|(id, _)| !others.contains_key(id)).map(|(_, name)| name.clone()).collect()
}

/// Decisions of both together, how many come from the client that goes, and how many give way. What one of them has stays: a letter kept
/// off one is kept off the merged client only if the other did not have it.
fn decide(
    mine: &BTreeMap<i64, Decided>,
    theirs: &BTreeMap<i64, Decided>,
    first: &BTreeMap<i64, i64>,
    second: &BTreeMap<i64, i64>,
) -> (BTreeMap<i64, Decided>, i64, i64) {
    let belongs = |decided: &&Decided| decided.0 == "belongs";
    let (mut decisions, mut carried, mut overruled) = (BTreeMap::new(), 0, 0);
    for letter in mine.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
        let (my, their) = (mine.get(letter), theirs.get(letter));
        let wins = my.filter(belongs).or(their.filter(belongs)).or_else(|| match (my, their) {
            (Some(my), Some(_)) => Some(my),
            (Some(my), None) => Some(my).filter(|_| !second.contains_key(letter)),
            (None, their) => their.filter(|_| !first.contains_key(letter)),
        });
        overruled += i64::from(
            wins.is_none()
                || [my, their].into_iter().flatten().any(|decided| !belongs(&decided) && wins.is_some_and(|wins| belongs(&wins))),
        );
        if let Some(wins) = wins {
            carried += i64::from(my != Some(wins));
            decisions.insert(*letter, wins.clone());
        }
    }
    (decisions, carried, overruled)
}

fn addresses(before: &Before) -> Vec<ClientAddress> {
    before
        .addresses
        .iter()
        .map(|((person, slot), (address, from, to))| ClientAddress {
            person: *person,
            slot: *slot,
            address: address.clone(),
            valid_from: *from,
            valid_to: *to,
        })
        .collect()
}

fn new_address(on_file: &ClientAddress) -> NewClientAddress {
    let ClientAddress { person, slot, address, valid_from, valid_to } = on_file.clone();
    NewClientAddress { person, slot, address, valid_from, valid_to }
}

/// Letters of one history that another has not.
fn span(of: &BTreeMap<i64, i64>, without: &BTreeMap<i64, i64>) -> LetterSpan {
    let dates = || of.iter().filter(|(letter, _)| !without.contains_key(letter)).map(|(_, date)| *date);
    LetterSpan { letters: dates().count() as i64, first: dates().min(), last: dates().max() }
}

/// The deed for the audit trail.
fn told(kind: &str, one: &Before, other: &Before, goes: i64, new: &[NewClientAddress], plan: &MergePlan) -> String {
    let file = difference(one, &one.code, &one.name, one.cost_centre, &on_file(new));
    let off: Vec<String> = plan
        .entries
        .iter()
        .filter(|entry| entry.to.is_none() && !new.iter().any(|new| new.address == entry.on_file.address))
        .map(|entry| format!("{} left off", entry.on_file.address))
        .collect();
    let carried = plan.effect.as_ref().map_or(0, |effect| effect.carried);
    let head = match kind {
        "contact" => format!("“{}” (contact {goes}) was merged into “{}”", other.name, one.name),
        _ => format!("{} “{}” (client {goes}) was merged into {} “{}”", other.code, other.name, one.code, one.name),
    };
    let hand = if carried > 0 { format!("{carried} decided by hand carried over") } else { String::new() };
    let rest: Vec<&str> =
        [file.as_str(), hand.as_str()].into_iter().chain(off.iter().map(String::as_str)).filter(|part| !part.is_empty()).collect();
    if rest.is_empty() { head } else { format!("{head}: {}", rest.join("; ")) }
}
