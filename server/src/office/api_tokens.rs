//! Tokens by which other systems ask (DESIGN §2): made by administrators, shown once, known by their hash.
//!
//! Must never: keep or record the word of a token, or tell whoever asks with a wrong one why it is wrong.

use super::{Office, Principal, Session, trouble::problem_of};
use crate::tokens;
use model::{FreshWord, Problem, TokenForm, TokenId, TokensView};
use postroom_store::NewToken;

/// What every token begins with, so that one is known for what it is where it does not belong.
pub const BEGINS: &str = "prt_";
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Office {
    /// The page of tokens (administrators).
    pub async fn api_tokens(&self, who: &Principal, session: Option<&Session>) -> Result<TokensView, Problem> {
        who.need_administrator()?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        Ok(TokensView {
            tokens: self.store.api_tokens().await.map_err(problem_of)?,
            centres: book.centres,
            webs: book.webs.into_iter().map(|web| (web.id, web.name)).collect(),
            fresh: session
                .and_then(|session| self.fresh.word(&session.token_hash, self.now()))
                .filter(|word| word.word.starts_with(BEGINS)),
            at: self.now(),
        })
    }

    /// Makes a token (administrators); its word is told once, to the session that made it. Answers the word.
    pub async fn make_token(&self, who: &Principal, session: Option<&Session>, form: &TokenForm) -> Result<String, Problem> {
        who.need_administrator()?;
        let mut errors = form.check();
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let cost_centre = book.centres.iter().map(|(id, _)| *id).find(|id| id.to_string() == form.centre);
        let web = book.webs.iter().find(|web| web.id.to_string() == form.web);
        if !form.centre.is_empty() && cost_centre.is_none() {
            errors.add("centre", "Choose a cost centre of the list");
        }
        if !form.web.is_empty() && web.is_none() {
            errors.add("web", "Choose a web configuration of the list");
        }
        // Its letters would leave in the name of a cost centre whose clients it may not see.
        if let (Some(centre), Some(web)) = (cost_centre, web)
            && web.cost_centre != centre
        {
            errors.add("web", "Choose a web configuration of the same cost centre");
        }
        errors.into_result()?;
        let days: Option<i64> = form.days.trim().parse().ok();
        let new = NewToken {
            name: form.name.trim().to_owned(),
            scopes: form.chosen(),
            cost_centre,
            web: web.map(|web| web.id),
            expires_at: days.map(|days| self.now() + days * DAY),
        };
        let word = format!("{BEGINS}{}", tokens::new_token());
        let scopes = new.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
        let event = self.event(who, "token.made", "", format!("{}: {scopes}", new.name));
        self.store.add_api_token(&tokens::digest(&word), &new, &event).await.map_err(problem_of)?;
        if let Some(session) = session {
            self.fresh.keep_word(&session.token_hash, FreshWord { name: new.name, word: word.clone() }, self.now());
        }
        Ok(word)
    }

    /// Takes a token back (administrators).
    pub async fn revoke_token(&self, who: &Principal, id: TokenId) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "token.revoked", format!("token:{id}"), "");
        self.store.revoke_api_token(id, &event).await.map_err(problem_of)
    }

    /// Whoever has copied what was told once says so.
    pub fn forget_word(&self, session: &Session) {
        self.fresh.forget(&session.token_hash);
    }

    /// Who asks with this word; `None` = nobody.
    pub async fn system_of(&self, word: &str) -> Result<Option<Principal>, Problem> {
        if !word.starts_with(BEGINS) || word.len() > 200 {
            return Ok(None);
        }
        let now = self.now();
        let Some(token) = self.store.api_token(&tokens::digest(word)).await.map_err(problem_of)? else { return Ok(None) };
        if !token.works(now) {
            return Ok(None);
        }
        self.store.note_token_use(&token, now).await.map_err(problem_of)?;
        Ok(Some(Principal::Token(Box::new(token))))
    }
}
