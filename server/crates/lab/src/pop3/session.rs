//! One connection from greeting to end.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpStream;

use super::wire::{Closed, Outcome, Wire};
use super::{PopFault, PopHeard, PopLabLetter, PopStep, Shared};
use crate::imap::Tls;

struct Session {
    wire: Wire,
    shared: Arc<Shared>,
    number: usize,
    user: Option<String>,
    /// After sign-in: the letters of this session and whether each is marked as deleted.
    drop: Option<Vec<(PopLabLetter, bool)>>,
    /// A letter was cut off: the connection ends.
    cut: bool,
}

pub(super) async fn serve(socket: TcpStream, shared: Arc<Shared>) {
    let number = {
        let mut state = shared.lock();
        state.connections += 1;
        state.connections
    };
    let wire = Wire::new(socket, shared.clone());
    let mut session = Session { wire, shared, number, user: None, drop: None, cut: false };
    let _ = session.run().await;
    session.wire.close().await;
}

impl Session {
    async fn run(&mut self) -> Outcome {
        if self.shared.tls == Tls::Implicit {
            self.wire.encrypt().await?;
        }
        self.faults(PopStep::Greeting).await?;
        let greeting = self.shared.strike(|fault| match fault {
            PopFault::Greeting(text) => Some(text.clone()),
            _ => None,
        });
        match (greeting, self.err_at(PopStep::Greeting)) {
            (_, Some(text)) => {
                self.say(&format!("-ERR {text}"));
                return Err(Closed);
            }
            (greeting, None) => self.say(&greeting.unwrap_or_else(|| "+OK Postroom lab ready <1896.697170952@lab.example>".into())),
        }
        loop {
            let line = self.wire.line().await?;
            self.record(&line);
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let (verb, rest) = (verb.to_ascii_uppercase(), rest.to_owned());
            let step = if asks_for_a_letter(&line) { Some(PopStep::Retr) } else { step_of(&verb) };
            if let Some(step) = step {
                self.faults(step).await?;
                if let Some(text) = self.err_at(step) {
                    self.say(&format!("-ERR {text}"));
                    continue;
                }
            }
            if verb == "QUIT" {
                self.quit();
                return Ok(());
            }
            if self.drop.is_some() {
                self.transaction(&verb, &rest)
            } else {
                self.authorization(&verb, &rest).await?
            }
            if self.cut {
                return Err(Closed);
            }
        }
    }

    async fn authorization(&mut self, verb: &str, rest: &str) -> Outcome {
        match verb {
            "CAPA" => self.capa(),
            "STLS" => return self.stls().await,
            "USER" => {
                self.user = Some(rest.to_owned());
                self.say("+OK");
            }
            "PASS" => {
                let right = self.user.as_deref() == Some("ada") && self.shared.lock().password == rest;
                self.enter(right);
            }
            "AUTH" => return self.auth(rest).await,
            _ => self.say("-ERR Not now"),
        }
        Ok(())
    }

    fn capa(&mut self) {
        let encrypted = self.wire.encrypted;
        let lie = self.shared.strike(|fault| match fault {
            PopFault::CapaLies(lines) => Some(lines.clone()),
            PopFault::CapaBeforeTls(lines) if !encrypted => Some(lines.clone()),
            _ => None,
        });
        let mut lines = lie.unwrap_or_else(|| {
            let mut lines = self.shared.lock().capabilities.clone();
            if self.offers_stls() {
                lines.push("STLS".into());
            }
            lines
        });
        lines.push(".".into());
        self.say("+OK");
        for line in lines {
            self.say(&line);
        }
    }

    fn offers_stls(&self) -> bool {
        self.shared.tls == Tls::StartTls && !self.wire.encrypted && !self.shared.on(&PopFault::StlsMissing)
    }

    async fn stls(&mut self) -> Outcome {
        if !self.offers_stls() {
            self.say("-ERR Not possible now");
            return Ok(());
        }
        self.say("+OK Begin");
        let injected = self.shared.strike(|fault| match fault {
            PopFault::StlsInjected(line) => Some(line.clone()),
            _ => None,
        });
        if let Some(line) = injected {
            self.say(&line);
        }
        self.wire.flush().await?;
        let later = self.shared.strike(|fault| match fault {
            PopFault::StlsInjectedLater(line) => Some(line.clone()),
            _ => None,
        });
        if let Some(line) = later {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.say(&line);
            self.wire.flush().await?;
        }
        if self.shared.on(&PopFault::StlsCloses) {
            return Err(Closed);
        }
        self.wire.encrypt().await
    }

    /// AUTH PLAIN and XOAUTH2, with or without the first answer in the same line (RFC 5034).
    async fn auth(&mut self, rest: &str) -> Outcome {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let mechanism = mechanism.to_ascii_uppercase();
        if !["PLAIN", "XOAUTH2"].contains(&mechanism.as_str()) {
            self.say("-ERR Unknown way to sign in");
            return Ok(());
        }
        let mut answer = initial.to_owned();
        if answer.is_empty() {
            self.say("+ ");
            answer = self.wire.line().await?;
            self.record("(secret)");
        }
        let decoded = String::from_utf8(STANDARD.decode(answer.as_bytes()).unwrap_or_default()).unwrap_or_default();
        let password = self.shared.lock().password.clone();
        let right = match mechanism.as_str() {
            "PLAIN" => decoded == format!("\0ada\0{password}"),
            _ => decoded == format!("user=ada\u{1}auth=Bearer {password}\u{1}\u{1}"),
        };
        if !right && mechanism == "XOAUTH2" {
            self.say(&format!("+ {}", STANDARD.encode("{\"status\":\"400\",\"schemes\":\"Bearer\"}")));
            self.wire.line().await?;
        }
        self.faults(PopStep::SignIn).await?;
        match self.err_at(PopStep::SignIn) {
            Some(text) => self.say(&format!("-ERR {text}")),
            None => self.enter(right),
        }
        Ok(())
    }

    fn enter(&mut self, right: bool) {
        if !right {
            self.say("-ERR [AUTH] Authentication failed.");
            return;
        }
        let mut letters: Vec<(PopLabLetter, bool)> = {
            let mut state = self.shared.lock();
            state.logins += 1;
            state.letters.iter().map(|letter| (letter.clone(), false)).collect()
        };
        if self.number.is_multiple_of(2) && self.shared.on(&PopFault::OrderChanges) {
            letters.reverse();
        }
        self.drop = Some(letters);
        self.say("+OK Logged in.");
    }

    fn transaction(&mut self, verb: &str, rest: &str) {
        let mut letters = self.drop.take().unwrap_or_default();
        self.obey(verb, rest, &mut letters);
        self.drop = Some(letters);
    }

    fn obey(&mut self, verb: &str, rest: &str, letters: &mut [(PopLabLetter, bool)]) {
        let present: Vec<(u32, &PopLabLetter)> =
            (1..).zip(letters.iter()).filter(|(_, (_, deleted))| !deleted).map(|(number, (letter, _))| (number, letter)).collect();
        let asked: Option<u32> = rest.split(' ').next().and_then(|number| number.parse().ok());
        let found = asked.and_then(|asked| present.iter().find(|(number, _)| *number == asked).map(|(number, letter)| (*number, *letter)));
        match verb {
            "CAPA" => self.capa(),
            "NOOP" => self.say("+OK"),
            "RSET" => {
                letters.iter_mut().for_each(|(_, deleted)| *deleted = false);
                self.say("+OK");
            }
            "STAT" => {
                let huge = self.shared.strike(|fault| match fault {
                    PopFault::HugeLine(octets) => Some(*octets),
                    _ => None,
                });
                let lie = self.number_fault(|fault| match fault {
                    PopFault::CountLies(by) => Some(*by),
                    _ => None,
                });
                let octets: usize = present.iter().map(|(_, letter)| letter.raw.len()).sum();
                let count = (present.len() as i64 + lie).max(0);
                self.say(&format!("+OK {count} {octets}{}", "x".repeat(huge.unwrap_or(0))));
            }
            "LIST" => {
                let lines = present.iter().map(|(number, letter)| (*number, self.size(letter).to_string())).collect();
                self.list(lines, asked, |fault, number| *fault == PopFault::ListOmits(number));
            }
            "UIDL" => {
                let lines = present.iter().map(|(number, letter)| (*number, self.name(letter, *number, present.len()))).collect();
                self.list(lines, asked, |fault, number| *fault == PopFault::UidlOmits(number));
            }
            "TOP" => match found {
                Some((_, letter)) if self.hides(letter) => {}
                Some((number, letter)) if asks_for_a_letter(&format!("TOP {rest}")) => {
                    let letter = letter.clone();
                    self.retr(number, &letter, letters);
                }
                Some((_, letter)) => {
                    let head = letter.raw.windows(4).position(|part| part == b"\r\n\r\n").map_or(letter.raw.len(), |at| at + 4);
                    let lines = rest.rsplit(' ').next().and_then(|lines| lines.parse().ok()).unwrap_or(0);
                    let body = letter.raw[head..].split_inclusive(|b| *b == b'\n').take(lines).map(<[u8]>::len).sum::<usize>();
                    self.say("+OK");
                    let part = letter.raw[..head + body].to_vec();
                    self.content(&part);
                }
                None => self.say("-ERR No such letter"),
            },
            "RETR" => match found.map(|(number, letter)| (number, letter.clone())) {
                Some((number, letter)) => self.retr(number, &letter, letters),
                None => self.say("-ERR No such letter"),
            },
            "DELE" => match found.map(|(number, _)| number) {
                Some(number) => {
                    letters[number as usize - 1].1 = true;
                    self.say("+OK Marked");
                }
                None => self.say("-ERR No such letter"),
            },
            _ => self.say("-ERR Unknown command"),
        }
    }

    /// Whether TOP of this letter goes wrong; what there is to say is said.
    fn hides(&mut self, letter: &PopLabLetter) -> bool {
        let said = self.shared.strike(|fault| match fault {
            PopFault::TopRefused(name, text) if *name == letter.name => Some(Some(text.clone())),
            PopFault::TopCloses(name) if *name == letter.name => Some(None),
            _ => None,
        });
        match said {
            Some(Some(text)) => self.say(&format!("-ERR {text}")),
            Some(None) => self.cut = true,
            None => return false,
        }
        true
    }

    fn number_fault(&self, choose: impl Fn(&PopFault) -> Option<i64>) -> i64 {
        self.shared.strike(choose).unwrap_or(0)
    }

    fn size(&self, letter: &PopLabLetter) -> i64 {
        let lie = self.number_fault(|fault| match fault {
            PopFault::SizeLies(by) => Some(*by),
            PopFault::SizesChange => Some(self.number as i64),
            _ => None,
        });
        (letter.raw.len() as i64 + lie).max(0)
    }

    fn name(&self, letter: &PopLabLetter, number: u32, count: usize) -> String {
        let changed = self.shared.strike(|fault| match fault {
            PopFault::BlankNames => Some(String::new()),
            PopFault::OneName => Some("same".to_owned()),
            PopFault::NamesArePlaces => Some(number.to_string()),
            PopFault::DoubledName if number as usize + 1 >= count => Some("twin".to_owned()),
            PopFault::NamesChange => Some(format!("{}-{}", letter.name, self.number)),
            _ => None,
        });
        changed.unwrap_or_else(|| letter.name.clone())
    }

    fn list(&mut self, mut lines: Vec<(u32, String)>, asked: Option<u32>, omits: impl Fn(&PopFault, u32) -> bool) {
        if let Some(asked) = asked {
            match lines.iter().find(|(number, _)| *number == asked) {
                Some((number, text)) => self.say(&format!("+OK {number} {text}")),
                None => self.say("-ERR No such letter"),
            }
            return;
        }
        lines.retain(|(number, _)| self.shared.strike(|fault| omits(fault, *number).then_some(())).is_none());
        if self.shared.on(&PopFault::ListBackwards) {
            lines.reverse();
        }
        self.say("+OK");
        for (number, text) in lines {
            self.say(&format!("{number} {text}"));
        }
        self.say(".");
    }

    fn retr(&mut self, number: u32, letter: &PopLabLetter, letters: &mut [(PopLabLetter, bool)]) {
        enum Bad {
            Refused(String),
            Cut,
            Empty,
            Short,
        }
        let bad = self.shared.strike(|fault| match fault {
            PopFault::RetrRefused(at, text) if *at == number => Some(Bad::Refused(text.clone())),
            PopFault::TruncateLetter(at) if *at == number => Some(Bad::Cut),
            PopFault::EmptyLetter(at) if *at == number => Some(Bad::Empty),
            PopFault::ShortLetter(at) if *at == number => Some(Bad::Short),
            _ => None,
        });
        match bad {
            Some(Bad::Refused(text)) => return self.say(&format!("-ERR {text}")),
            Some(Bad::Cut) => {
                self.say("+OK");
                self.wire.send(&letter.raw[..letter.raw.len() / 2]);
                self.cut = true;
                return;
            }
            Some(Bad::Short) => {
                self.say("+OK");
                let half = letter.raw[..letter.raw.len() - 5].to_vec();
                return self.content(&half);
            }
            Some(Bad::Empty) => {
                self.say("+OK");
                return self.say(".");
            }
            None => {}
        }
        if self.shared.on(&PopFault::DeletesByItself) {
            letters[number as usize - 1].1 = true;
        }
        self.say(&format!("+OK {} octets", letter.raw.len()));
        self.content(&letter.raw.clone());
    }

    /// A multi-line answer's content and its end.
    fn content(&mut self, raw: &[u8]) {
        let stuffed = !self.shared.on(&PopFault::NotStuffed);
        let mut at_start = true;
        for line in raw.split_inclusive(|octet| *octet == b'\n') {
            if at_start && line.starts_with(b".") && (stuffed || line.starts_with(b"..")) {
                self.wire.send(b".");
            }
            self.wire.send(line);
            at_start = line.ends_with(b"\r\n");
        }
        if !raw.ends_with(b"\r\n") && !raw.is_empty() {
            self.wire.send(b"\r\n");
        }
        self.say(".");
    }

    /// What is marked goes now.
    fn quit(&mut self) {
        if self.shared.on(&PopFault::QuitDeletesNothing) {
            return self.say("-ERR [SYS/TEMP] Some letters were not deleted");
        }
        let gone: Vec<PopLabLetter> =
            self.drop.take().unwrap_or_default().into_iter().filter(|(_, deleted)| *deleted).map(|(letter, _)| letter).collect();
        self.shared.lock().letters.retain(|letter| !gone.contains(letter));
        self.say("+OK Bye");
    }

    /// Faults that strike before any answer of this step.
    async fn faults(&mut self, step: PopStep) -> Outcome {
        enum Blow {
            Hang,
            Close,
            Garbage,
        }
        let blow = self.shared.strike(|fault| match fault {
            PopFault::HangAt(at) if *at == step => Some(Blow::Hang),
            PopFault::CloseAt(at) if *at == step => Some(Blow::Close),
            PopFault::GarbageAt(at) if *at == step => Some(Blow::Garbage),
            _ => None,
        });
        match blow {
            Some(Blow::Hang) => Err(self.wire.hang().await),
            Some(Blow::Close) => Err(Closed),
            Some(Blow::Garbage) => {
                self.say("%% what is this \u{fffd}");
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn err_at(&self, step: PopStep) -> Option<String> {
        self.shared.strike(|fault| match fault {
            PopFault::ErrAt(at, text) if *at == step => Some(text.clone()),
            _ => None,
        })
    }

    fn record(&self, line: &str) {
        let heard = PopHeard { connection: self.number, encrypted: self.wire.encrypted, line: line.to_owned() };
        self.shared.lock().heard.push(heard);
    }

    fn say(&mut self, line: &str) {
        self.wire.send(line.as_bytes());
        self.wire.send(b"\r\n");
    }
}

/// Whether a command asks for a whole letter: by `RETR`, or by `TOP` with more lines than any has.
pub fn asks_for_a_letter(line: &str) -> bool {
    let lines = |rest: &str| rest.rsplit(' ').next().and_then(|lines| lines.parse::<u32>().ok());
    line.starts_with("RETR ") || line.strip_prefix("TOP ").and_then(lines).is_some_and(|lines| lines > 1_000_000)
}

fn step_of(verb: &str) -> Option<PopStep> {
    Some(match verb {
        "CAPA" => PopStep::Capa,
        "STLS" => PopStep::Stls,
        "USER" => PopStep::User,
        "PASS" => PopStep::SignIn,
        "STAT" => PopStep::Stat,
        "LIST" => PopStep::List,
        "UIDL" => PopStep::Uidl,
        "TOP" => PopStep::Top,
        "RETR" => PopStep::Retr,
        "DELE" => PopStep::Dele,
        "QUIT" => PopStep::Quit,
        _ => return None,
    })
}
