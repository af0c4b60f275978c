//! Planning what to fetch at once: windows bounded by octets and by number, newest first.

use postroom_connect::{LARGE_LETTER, RemoteLetter};

/// Octets of a window: memory during a collection is a few of these, whatever the mailbox.
pub(crate) const OCTETS: u64 = 8 * 1024 * 1024;
/// Letters of a window: one commit each.
pub(crate) const LETTERS: usize = 400;
/// The first windows of a run are small, so that the newest letters can be read at once: letters and octets.
const FIRST: [(usize, u64); 2] = [(50, 1024 * 1024), (150, 4 * 1024 * 1024)];

/// What to fetch in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Window {
    /// Ordinary letters: UID and size.
    Several(Vec<RemoteLetter>),
    /// One large letter, fetched in parts.
    Large(RemoteLetter),
}

impl Window {
    /// UIDs of a window that is asked for in one go.
    pub(crate) fn uids(&self) -> Option<Vec<u32>> {
        match self {
            Self::Several(letters) => Some(letters.iter().map(|letter| letter.uid).collect()),
            Self::Large(_) => None,
        }
    }
}

/// Splits letters (in the order in which they are wanted) into windows; the first ones of a run are small. Large letters come behind
/// all others, for one of them takes as long as hundreds.
pub(crate) fn plan(letters: &[RemoteLetter], first: bool) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut current: Vec<RemoteLetter> = Vec::new();
    let mut octets = 0;
    let (large, ordinary): (Vec<&RemoteLetter>, Vec<&RemoteLetter>) = letters.iter().partition(|letter| letter.size > LARGE_LETTER);
    for letter in ordinary {
        let (most, largest) = if first { FIRST.get(windows.len()).copied() } else { None }.unwrap_or((LETTERS, OCTETS));
        if !current.is_empty() && (octets + letter.size > largest || current.len() == most) {
            windows.push(Window::Several(std::mem::take(&mut current)));
            octets = 0;
        }
        octets += letter.size;
        current.push(*letter);
    }
    if !current.is_empty() {
        windows.push(Window::Several(current));
    }
    windows.extend(large.into_iter().map(|letter| Window::Large(*letter)));
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uids(window: &Window) -> Vec<u32> {
        match window {
            Window::Several(letters) => letters.iter().map(|letter| letter.uid).collect(),
            Window::Large(letter) => vec![letter.uid],
        }
    }

    fn letter(uid: u32, size: u64) -> RemoteLetter {
        RemoteLetter { uid, size, internal_date: None, draft: false }
    }

    // I12, P16: memory is bounded by the window.
    #[test]
    fn windows_are_bounded_and_nothing_is_left_out() {
        let letters: Vec<RemoteLetter> =
            (0..2000).rev().map(|uid| letter(uid, u64::from(uid % 97) * 20_000)).chain([letter(9000, 50 << 20)]).collect();
        let windows = plan(&letters, false);
        for window in &windows {
            if let Window::Several(letters) = window {
                assert!(letters.len() <= LETTERS);
                assert!(letters.len() == 1 || letters.iter().map(|l| l.size).sum::<u64>() <= OCTETS);
            }
        }
        let mut uids: Vec<u32> = windows.iter().flat_map(uids).collect();
        uids.sort_unstable();
        let mut expected: Vec<u32> = (0..2000).chain([9000]).collect();
        expected.sort_unstable();
        assert_eq!(uids, expected);
        assert!(windows.contains(&Window::Large(letter(9000, 50 << 20))));
    }

    // P16: one letter of 150 MB among the newest held the first page up for six seconds.
    #[test]
    fn large_letters_come_behind_all_others_in_their_order() {
        let large = [letter(2_000, 150 << 20), letter(1_200, 9 << 20)];
        let ordinary = (0..1_000).rev().map(|uid| letter(uid, 2_000));
        let letters: Vec<RemoteLetter> = [large[0]].into_iter().chain(ordinary).chain([large[1]]).collect();
        let windows = plan(&letters, true);
        assert_eq!(windows.iter().map(|window| uids(window).len()).collect::<Vec<_>>(), [50, 150, 400, 400, 1, 1]);
        assert_eq!(windows[4..], large.map(Window::Large));
    }

    // The newest fifty letters do not wait for four hundred.
    #[test]
    fn a_run_begins_with_small_windows() {
        let letters: Vec<RemoteLetter> = (0..1000).map(|uid| letter(uid, 2_000)).collect();
        let lengths: Vec<usize> = plan(&letters, true).iter().map(|window| uids(window).len()).collect();
        assert_eq!(lengths, [50, 150, 400, 400]);
    }
}
