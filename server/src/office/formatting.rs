//! A letter plain or with formatting (FC-20): which one is a person's choice, kept for the next letter. What plain text cannot say is dropped
//! only when the writer says so.
//!
//! Must never: let HTML into a draft, or out to a page, that has not passed the cleaner.

use super::{Office, Principal, compose::person, letters::in_background, trouble::problem_of};
use model::*;
use postroom_mail::compose as mail;

/// The name of the choice, and what it is where letters begin with formatting.
const CHOICE: (&str, &str) = ("letters", "rich");

impl Office {
    /// What was pasted, as it may stand in a letter.
    pub async fn clean_words(&self, who: &Principal, html: String) -> Result<String, Problem> {
        person(who)?;
        if html.len() > RICH_OCTETS {
            return Err(too_long());
        }
        in_background(move || mail::rich(&html)).await
    }

    /// What was typed, as it is kept: cleaned; the plain words of a letter with formatting are made from it, and one that was emptied stays
    /// one with formatting.
    pub(super) async fn as_kept(&self, mut form: LetterForm) -> Result<LetterForm, Problem> {
        let form = in_background(move || {
            form.body = postroom_mail::clean::text(&form.body);
            if !form.html.trim().is_empty() {
                form.html = cleaned(&form.html);
                form.body = mail::as_text(&form.html);
            }
            form
        })
        .await?;
        if form.html.len() > RICH_OCTETS { Err(too_long()) } else { Ok(form) }
    }

    /// The letter as a page shows it: cleaned once more, whatever has become of what was stored.
    pub(super) async fn as_shown(&self, mut form: LetterForm) -> Result<LetterForm, Problem> {
        in_background(move || {
            if !form.html.is_empty() {
                form.html = cleaned(&form.html);
            }
            form
        })
        .await
    }

    /// A letter's first words with formatting, where that is how the person writes.
    pub(super) async fn as_begun(&self, user: UserId, mut form: LetterForm) -> Result<LetterForm, Problem> {
        let chosen = self.store.choice(user, CHOICE.0).await.map_err(problem_of)?;
        if chosen.as_deref() == Some(CHOICE.1) {
            let page = mail::as_rich(&form.body);
            form.html = if page.len() > RICH_OCTETS { String::new() } else { page };
        }
        Ok(form)
    }

    /// Goes on with a saved draft with formatting or without; whether it was done. Formatting that plain text cannot say is dropped only
    /// with `anyway`.
    pub async fn write_as(&self, who: &Principal, id: DraftId, rich: bool, anyway: bool) -> Result<bool, Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        let mut form = draft.form;
        if rich != form.html.is_empty() {
            return Ok(true);
        }
        if !rich && !anyway && !mail::is_plain(&form.html) {
            return Ok(false);
        }
        form.html = if rich { filled(mail::as_rich(&form.body)) } else { String::new() };
        self.keep_letter(who, id, draft.version, form).await?;
        let (value, words) = if rich { (CHOICE.1, "with formatting") } else { ("plain", "as plain text") };
        let event = self.event(who, "user.choice", format!("user:{user}"), format!("Letters {words}"));
        self.store.set_choice(user, CHOICE.0, value, &event).await.map_err(problem_of)?;
        Ok(true)
    }
}

fn cleaned(html: &str) -> String {
    filled(mail::rich(html))
}

fn filled(html: String) -> String {
    if html.is_empty() { mail::BLANK.to_owned() } else { html }
}

fn too_long() -> Problem {
    Problem::field("body", "The letter is too long: attach it as a file")
}
