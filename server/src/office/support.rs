//! The support bundle of an account (IT-36): everything somebody needs to help, nothing that is a secret or a letter.

use super::{Office, Principal, days::rfc3339, trouble::problem_of};
use model::{AccountId, Diagnosis, Problem};
use std::fmt::Write as _;

impl Office {
    /// Plain text, made to be copied.
    pub async fn support_bundle(&self, who: &Principal, id: AccountId) -> Result<String, Problem> {
        let record = self.managed_account(who, id).await?;
        let ledger = self.store.ledger(Some(id)).await.map_err(problem_of)?;
        let kept = &record.settings;
        let mut text = String::new();
        let mut line = |sentence: String| {
            let _ = writeln!(text, "{sentence}"); // writing to a String cannot fail
        };
        line(format!("Postroom {} ({:?})", env!("CARGO_PKG_VERSION"), self.store.database()));
        line(format!("Made at {}", rfc3339(self.now())));
        line(String::new());
        line(format!("Account {id}: {} {}, port {}, {}", kept.preset.as_str(), kept.server, kept.port, kept.security.as_str()));
        line(format!("User name has {} characters, password stored: {}", kept.user_name.chars().count(), yes(record.has_secret)));
        line(format!(
            "Time limit {} s, connections at most {}",
            kept.timeout_seconds,
            kept.connection_limit.map_or("any".into(), |limit| limit.to_string())
        ));
        line(format!("Certificate pinned: {}, clear text allowed: {}", yes(kept.pinned_fingerprint.is_some()), yes(kept.allow_clear_text)));
        line(format!("State {:?}, tested: {}, refusals {}", record.state, yes(kept.tested), record.refusals));
        line(format!("Last collection {}", record.collected_at.map_or("never".into(), rfc3339)));
        if let Some(error) = &record.error_text {
            line(format!("Last error: {error}"));
        }
        line(String::new());
        for row in &ledger {
            let sums = &row.sums;
            line(format!(
                "Folder {}: server {} = filed {} + elsewhere {} + excluded {} + errored {} + missing {}",
                row.folder_id, sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing
            ));
        }
        line(String::new());
        line(format!("Sessions {}, commands {:?}", record.hands_off.sessions, record.hands_off.commands));
        let added = &record.hands_off.added;
        line(format!(
            "Letters of our own: {} copies, {} drafts, in {} sessions, commands {:?}",
            added.copies, added.drafts, added.sessions, added.commands
        ));
        if let Some(diagnosis) = &record.diagnosis {
            line(String::new());
            line(told(diagnosis));
        }
        self.record(who, "account.support_file", format!("account:{id}"), "").await?;
        Ok(text)
    }
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn told(diagnosis: &Diagnosis) -> String {
    let mut lines = vec![format!("Doctor: {:?}. {}", diagnosis.verdict, diagnosis.sentence)];
    lines.extend(
        diagnosis
            .rungs
            .iter()
            .map(|result| format!("  {:?}: {:?}. {} [{}]", result.rung, result.outcome, result.sentence, result.evidence)),
    );
    lines.extend(diagnosis.transcript.iter().map(|said| format!("  | {said}")));
    lines.join("\n")
}
