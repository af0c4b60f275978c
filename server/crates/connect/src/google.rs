//! What a mailbox at Google may keep from whoever reads it by IMAP (P11).
//! <https://support.google.com/mail/answer/78892>, <https://support.google.com/mail/answer/9003945>

use model::FolderRole;

/// Google's choices for the letters that a folder shows at most.
const LIMITS: [i64; 4] = [1_000, 2_000, 5_000, 10_000];

const NO_ALL_MAIL: &str = "Google hides All Mail, so letters without a label are not collected, and other folders may show only their newest 1,000. \
     In Google Mail's settings tick “Show in IMAP” beside All Mail under Labels, and choose not to limit folders under Forwarding and POP/IMAP. \
     Then download the folders again.";

/// What to do when Google shows less than there is: its folders by role and number of letters.
pub fn hidden_letters(folders: impl IntoIterator<Item = (Option<FolderRole>, Option<i64>)>) -> Option<String> {
    let Some((_, letters)) = folders.into_iter().find(|(role, _)| *role == Some(FolderRole::All)) else {
        return Some(NO_ALL_MAIL.to_owned());
    };
    letters.filter(|letters| LIMITS.contains(letters)).map(|letters| {
        let thousands = letters / 1_000;
        format!(
            "All Mail shows exactly {thousands},000 letters: most likely Google Mail limits its folders to that, and older letters are hidden. \
             In its settings under Forwarding and POP/IMAP choose not to limit folders."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // P11
    #[test]
    fn a_limit_and_a_hidden_folder_are_told() {
        let inbox = (Some(FolderRole::Inbox), Some(1_000));
        assert!(hidden_letters([inbox]).unwrap().contains("Show in IMAP"));
        assert_eq!(hidden_letters([inbox, (Some(FolderRole::All), Some(1_001))]), None);
        assert_eq!(hidden_letters([inbox, (Some(FolderRole::All), None)]), None);
        assert!(hidden_letters([(Some(FolderRole::All), Some(10_000))]).unwrap().contains("exactly 10,000"));
    }
}
