//! What clients said: Dovecot's raw logs read back as commands.
//!
//! Dovecot writes one `.in` file a session, each line with the time before it. Literals (APPEND) are skipped: they are data, not commands.

use std::fs;
use std::path::Path;

/// Sessions that announce themselves by this name are the lab's own and left out.
pub(super) const OWN_SESSION: &str = "postroom-lab-observer";

pub(super) fn commands(rawlog: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(rawlog) else { return Vec::new() };
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "in")).collect();
    files.sort();
    let sessions = files.iter().filter_map(|path| fs::read(path).ok()).map(|bytes| session_commands(&bytes));
    sessions.filter(|lines| !lines.iter().any(|line| line.contains(OWN_SESSION))).flatten().collect()
}

/// Lines of all sessions with their moments; for protocols without literals.
pub(super) fn timed_commands(rawlog: &Path) -> Vec<(f64, String)> {
    let Ok(entries) = fs::read_dir(rawlog) else { return Vec::new() };
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "in"));
    let texts = files.filter_map(|path| fs::read(path).ok()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter_map(|line| line.split_once(' ').and_then(|(at, words)| Some((at.parse().ok()?, words.to_owned())))).collect()
}

fn session_commands(log: &[u8]) -> Vec<String> {
    let mut commands = Vec::new();
    let mut literal_left = 0usize;
    let mut current = String::new();
    for stamped in log.split_inclusive(|&byte| byte == b'\n') {
        let line = stamped.iter().position(|&byte| byte == b' ').map_or(stamped, |space| &stamped[space + 1..]);
        let skipped = literal_left.min(line.len());
        literal_left -= skipped;
        let text = String::from_utf8_lossy(&line[skipped..]);
        if text.is_empty() {
            continue;
        }
        current.push_str(text.trim_end_matches(['\r', '\n']));
        match literal_length(&text) {
            Some(length) => literal_left = length,
            None if text.ends_with('\n') => commands.push(std::mem::take(&mut current)),
            None => {}
        }
    }
    if !current.is_empty() {
        commands.push(current);
    }
    commands
}

/// The length in `{n}` or `{n+}` at the end of a line.
fn literal_length(line: &str) -> Option<usize> {
    let inner = line.trim_end_matches(['\r', '\n']).strip_suffix('}')?;
    inner[inner.rfind('{')? + 1..].trim_end_matches('+').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_not_commands() {
        let log = b"1.5 a CAPABILITY\r\n1.5 b APPEND INBOX {10}\r\n1.6 x: y\r\n1.6 \r\nhi\r\n1.7 c NOOP\r\n";
        // ten octets: `x: y` CR LF CR LF `hi`; the log puts a time before each line
        let log = String::from_utf8_lossy(log).replace("\r\nhi", "\r\n1.6 hi");
        assert_eq!(session_commands(log.as_bytes()), ["a CAPABILITY", "b APPEND INBOX {10}", "c NOOP"]);
    }
}
