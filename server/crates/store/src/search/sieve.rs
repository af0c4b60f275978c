//! The sieve of a search: of the letters that have the words, those that the viewer may see and that hold to the rest of the question.

use super::{FEW, IDS, SearchQuery, Within, numbers};
use crate::{
    Scope, Store, StoreError,
    db::read,
    dialect,
    history::client_scope,
    letters::{account_is_named, visible},
};
use model::Direction;
use std::collections::HashSet;

impl Store {
    /// Which of these letters the viewer may see and hold to what is asked beside the words, in the order given.
    pub(super) async fn sieve(&self, scope: Scope, query: &SearchQuery, places: Vec<i64>) -> Result<Vec<i64>, StoreError> {
        let (of_the_letter, rest) = (of_the_letter(query), conditions(query));
        if places.is_empty() || (scope == Scope::Everything && of_the_letter.is_empty() && rest.is_empty()) {
            return Ok(places);
        }
        let (user, all) = scope.binds();
        // Rows of letters are long and lie far apart: they are read only where something is asked of them.
        let letters = if of_the_letter.is_empty() { dialect::ids_of(self.database()) } else { dialect::letters_of(self.database()) };
        let sql = format!(
            concat!("select m.id from {letters} where ", visible!(), "{of_the_letter}{rest}"),
            letters = letters,
            of_the_letter = of_the_letter,
            rest = rest
        );
        let list = dialect::list(self.database(), places.iter().map(|place| place % IDS));
        let usual = of_the_letter.is_empty() && rest.is_empty();
        let kept: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).persistent(usual)
            .bind(user).bind(all).bind(list).fetch_all(c).await)?;
        let kept: HashSet<i64> = kept.into_iter().collect();
        Ok(places.into_iter().filter(|place| kept.contains(&(place % IDS))).collect())
    }

    /// Every letter that can be asked for at all, if these are few: those of the places asked for, or those the viewer may see.
    pub(super) async fn few(&self, scope: Scope, query: &SearchQuery) -> Result<Option<Vec<i64>>, StoreError> {
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
}

/// What is asked of the letter's own row `m`, as SQL. A place tells only the second, hence the dates.
fn of_the_letter(query: &SearchQuery) -> String {
    let mut sql = String::new();
    for direction in &query.directions {
        let own = i64::from(*direction == Direction::Sent);
        sql.push_str(&format!(" and coalesce((select w.is_own from address w where w.id = m.from_id), 0) = {own}"));
    }
    if query.has_attachment {
        sql.push_str(" and m.attachments > 0");
    }
    if let Some(before) = query.before {
        sql.push_str(&format!(" and m.date < {before}"));
    }
    if let Some(after) = query.after {
        sql.push_str(&format!(" and m.date >= {after}"));
    }
    sql
}

/// What is asked beside the words and the letter's own row, as SQL on the id of the letter `m`.
/// `cross join` has SQLite begin with the letter's addresses: left to choose, it went through all letters of the client for each letter.
fn conditions(query: &SearchQuery) -> String {
    let mut sql = String::new();
    for clients in &query.clients {
        let list = numbers(clients.iter().map(|client| client.0));
        sql.push_str(&format!(
            concat!(
                " and (exists (select 1 from message_address w cross join party_address pa
                   join address x on x.id = pa.address_id and x.is_own = 0 join party p on p.id = pa.party_id
                   where w.message_id = m.id and pa.address_id = w.address_id
                     and (pa.valid_from is null or w.date >= pa.valid_from) and (pa.valid_to is null or w.date < pa.valid_to)
                     and p.id in ({list}) and ",
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

/// Folders and labels of a place, for SQL.
fn lists(within: &Within) -> (String, String) {
    (numbers(within.folders.iter().map(|folder| folder.0)), numbers(within.labels.iter().map(|label| label.0)))
}
