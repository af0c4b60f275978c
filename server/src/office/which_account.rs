//! Which account will send, and why (S17), and whether letters that nobody writes can leave (FC-05): looked at on demand and each night.

use super::ladder::resolve;
use super::{Office, Principal, trouble::problem_of};
use model::{Asked, LadderView, Problem, ResolvedRow, SendingBook, Unattended, UserId};

/// When unattended sending was looked at last, ms.
const LOOKED_AT: &str = "unattended_looked_at";
/// What was found then, in one line, so that a change is an event.
const FOUND: &str = "unattended_found";
/// It is looked at again after this long, ms.
const NIGHTLY: i64 = 24 * 60 * 60 * 1000;

impl Office {
    /// The ladder for what was picked, and the state of unattended sending (administrators).
    pub async fn which_account(&self, who: &Principal, asked: Asked) -> Result<LadderView, Problem> {
        who.need_administrator()?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let looked_at = self.store.setting(LOOKED_AT).await.map_err(problem_of)?.and_then(|text| text.parse().ok());
        Ok(LadderView {
            people: book.people.clone(),
            centres: book.centres.clone(),
            webs: book.webs.iter().map(|web| (web.id, web.name.clone())).collect(),
            resolved: resolve(&book, &asked),
            unattended: unattended(&book),
            asked,
            looked_at,
        })
    }

    /// Looks whether unattended letters can leave, on demand.
    pub async fn look_at_unattended(&self, who: &Principal) -> Result<(), Problem> {
        who.need_administrator()?;
        self.note_unattended(who).await
    }

    /// The same by the schedule, once a day. Answers whether it looked.
    pub async fn look_at_unattended_nightly(&self) -> Result<bool, Problem> {
        let last: i64 = self.store.setting(LOOKED_AT).await.map_err(problem_of)?.and_then(|text| text.parse().ok()).unwrap_or(0);
        if self.now() - last < NIGHTLY {
            return Ok(false);
        }
        self.note_unattended(&Principal::Console).await.map(|()| true)
    }

    async fn note_unattended(&self, who: &Principal) -> Result<(), Problem> {
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let words: Vec<String> =
            unattended(&book).into_iter().filter(|one| !one.available).map(|one| format!("{}: {}", one.name, one.why)).collect();
        let found = words.join(" ");
        let before = self.store.setting(FOUND).await.map_err(problem_of)?;
        if before.as_deref() != Some(found.as_str()) {
            let detail = if found.is_empty() { "Unattended letters can leave for every cost centre".to_owned() } else { found.clone() };
            self.record(who, "office.unattended_sending", "", detail).await?;
            self.store.set_setting(FOUND, &found).await.map_err(problem_of)?;
        }
        self.store.set_setting(LOOKED_AT, &self.now().to_string()).await.map_err(problem_of)
    }
}

/// Whether letters that nobody writes can leave, for each cost centre and for none.
pub fn unattended(book: &SendingBook) -> Vec<Unattended> {
    let look = |centre, name: String| {
        let resolved = resolve(book, &Asked { cost_centre: centre, ..Asked::default() });
        let why = if resolved.sends() { resolved.trace() } else { resolved.missing.join(" ") };
        Unattended { centre, name, available: resolved.sends(), why }
    };
    let mut all: Vec<Unattended> = book.centres.iter().map(|(id, name)| look(Some(*id), name.clone())).collect();
    all.push(look(None, "Letters of no cost centre".to_owned()));
    all
}

/// What somebody's letters leave through who belongs to no cost centre.
pub(super) fn row_without_centre(book: &SendingBook, user: UserId) -> ResolvedRow {
    let resolved = resolve(book, &Asked { user: Some(user), ..Asked::default() });
    ResolvedRow {
        user: Some(user),
        name: "Without a cost centre".into(),
        origin: if resolved.account.is_some() { super::ladder::RUNGS[4].into() } else { String::new() },
        from: resolved.from.map(|from| from.address).unwrap_or_default(),
        account: resolved.account_name,
        missing: resolved.missing,
    }
}
