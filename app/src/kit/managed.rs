//! What a page of Email Management says about others, so that it can be compared with what is so by now.

use model::ManagedLetter;

/// Who looks at the letter, who has it, whether it waits.
pub fn now(managed: &ManagedLetter) -> String {
    format!("{}|{}|{}", managed.looking.join(","), managed.row.assigned.as_deref().unwrap_or_default(), managed.row.waits)
}
