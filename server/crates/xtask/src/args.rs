//! The few words of the command line, read by hand: an argument parser would double the time to the first word.

use anyhow::{Context, Result, bail};

/// The words after the command; each reader takes what it knows, [`Args::end`] refuses what is left.
pub struct Args {
    words: Vec<String>,
    rest: Vec<String>,
}

impl Args {
    /// Splits at the first `--`: what follows is passed on untouched.
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.collect();
        let rest = match words.iter().position(|word| word == "--") {
            Some(at) => words.split_off(at).split_off(1),
            None => Vec::new(),
        };
        Self { words, rest }
    }

    /// Takes a switch.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        if let Some(at) = self.words.iter().position(|word| word.starts_with(&prefix)) {
            return Ok(Some(self.words.remove(at)[prefix.len()..].to_owned()));
        }
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        self.words.remove(at);
        if at >= self.words.len() {
            bail!("`{name}` needs a value after it");
        }
        Ok(Some(self.words.remove(at)))
    }

    /// Takes the first plain word.
    pub fn first(&mut self) -> Option<String> {
        let plain = self.words.first().is_some_and(|word| !word.starts_with('-'));
        plain.then(|| self.words.remove(0))
    }

    /// What follows `--`.
    pub fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.rest)
    }

    /// The plain words that are left; refuses switches nobody took.
    pub fn plain(self) -> Result<Vec<String>> {
        match self.words.iter().find(|word| word.starts_with('-')) {
            Some(unknown) => bail!("`{unknown}` is not known here; `cargo xtask help` lists what is"),
            None => Ok(self.words),
        }
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<()> {
        let left = self.plain()?;
        left.is_empty().then_some(()).with_context(|| format!("`{}` is not known here; `cargo xtask help` lists what is", left.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_are_read_with_a_blank_or_an_equals_sign() {
        let mut args = args("--data here --listen=127.0.0.1:80 --release -- --more");
        assert_eq!(args.value("--data").unwrap().as_deref(), Some("here"));
        assert_eq!(args.value("--listen").unwrap().as_deref(), Some("127.0.0.1:80"));
        assert!(args.switch("--release"));
        assert_eq!(args.rest(), ["--more"]);
        args.end().unwrap();
    }

    #[test]
    fn a_switch_nobody_knows_is_refused_by_name() {
        let error = args("--relase").end().unwrap_err().to_string();
        assert!(error.contains("--relase"), "{error}");
    }

    #[test]
    fn the_first_plain_word_is_taken_once() {
        let mut args = args("import --small");
        assert_eq!((args.first().as_deref(), args.first()), (Some("import"), None));
    }

    #[test]
    fn a_value_that_is_missing_is_asked_for() {
        assert!(args("--data").value("--data").is_err());
    }
}
