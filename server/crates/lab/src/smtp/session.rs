//! One connection from greeting to end.

use super::{Shared, SmtpFault, SmtpStep, Taken};
use crate::imap::Tls;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

struct Session {
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
    encrypted: bool,
    shared: Arc<Shared>,
    /// The sender of the letter that is offered, and those who are to get it.
    envelope: Option<(String, Vec<String>)>,
}

fn over() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

pub(super) async fn serve(socket: TcpStream, shared: Arc<Shared>) {
    shared.lock().connections += 1;
    let outcome = run(socket, shared).await;
    drop(outcome);
}

async fn run(socket: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    // STARTTLS needs the socket itself: everything before it is read octet by octet from here.
    let (stream, encrypted): (Box<dyn Stream>, bool) = match shared.tls {
        Tls::Implicit => (Box::new(shared.acceptor.accept(socket).await?), true),
        _ => (Box::new(socket), false),
    };
    let mut session = Session { stream, unread: Vec::new(), encrypted, shared, envelope: None };
    session.answer(SmtpStep::Greeting, "220 lab ESMTP").await?;
    loop {
        let line = session.line().await?;
        session.shared.lock().commands.push(line.clone());
        let upper = line.to_ascii_uppercase();
        match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" if session.is_on(&SmtpFault::HelloIsOld) => session.say("500 what?").await?,
            "EHLO" => session.hello().await?,
            "HELO" => session.answer(SmtpStep::Hello, "250 lab").await?,
            "STARTTLS" if !session.encrypted && session.shared.tls == Tls::StartTls => session.start_tls().await?,
            "AUTH" => session.auth(&line).await?,
            "MAIL" => {
                session.answer(SmtpStep::Mail, "250 2.1.0 ok").await?;
                session.envelope = Some((between(&line), Vec::new()));
            }
            "RCPT" => session.recipient(between(&line)).await?,
            "DATA" => session.data().await?,
            "RSET" | "NOOP" => session.say("250 2.0.0 ok").await?,
            "QUIT" => {
                session.say("221 2.0.0 bye").await?;
                return session.stream.shutdown().await;
            }
            _ => session.say("500 5.5.2 what?").await?,
        }
    }
}

fn between(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(String::new(), |(address, _)| address.to_owned())
}

impl Session {
    /// Whether a fault strikes that has nothing to choose.
    fn is_on(&self, known: &SmtpFault) -> bool {
        self.shared.strike(|fault| (fault == known).then_some(())).is_some()
    }

    async fn hello(&mut self) -> io::Result<()> {
        let size = self.shared.strike(|fault| if let SmtpFault::Size(size) = fault { Some(*size) } else { None });
        let mut words = format!("250-lab\r\n250-SIZE {}\r\n250-ENHANCEDSTATUSCODES\r\n", size.unwrap_or(50_000_000));
        if !self.is_on(&SmtpFault::SevenBit) {
            words.push_str("250-8BITMIME\r\n");
        }
        if self.is_on(&SmtpFault::Utf8) {
            words.push_str("250-SMTPUTF8\r\n");
        }
        let missing = self.is_on(&SmtpFault::StartTlsMissing);
        if self.shared.tls == Tls::StartTls && !self.encrypted && !missing {
            words.push_str("250-STARTTLS\r\n");
        }
        let ways = self.shared.strike(|fault| if let SmtpFault::Ways(ways) = fault { Some(ways.clone()) } else { None });
        words.push_str(&format!("250 AUTH {}", ways.as_deref().unwrap_or("PLAIN LOGIN XOAUTH2")));
        self.answer(SmtpStep::Hello, &words).await
    }

    async fn start_tls(&mut self) -> io::Result<()> {
        let injected = self.shared.strike(|fault| if let SmtpFault::StartTlsInjected(line) = fault { Some(line.clone()) } else { None });
        let words = injected.map_or("220 go".to_owned(), |line| format!("220 go\r\n{line}"));
        self.answer(SmtpStep::StartTls, &words).await?;
        let stream = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        self.unread.clear();
        self.stream = Box::new(self.shared.acceptor.accept(stream).await?);
        self.encrypted = true;
        Ok(())
    }

    async fn recipient(&mut self, recipient: String) -> io::Result<()> {
        let refused = self.shared.strike(|fault| match fault {
            SmtpFault::Recipient(address, code) if *address == recipient => Some(*code),
            _ => None,
        });
        match (refused, &mut self.envelope) {
            (Some(code), _) => self.say(&format!("{code} {}.1.1 about {recipient}", code / 100)).await,
            (None, None) => self.say("503 5.5.1 MAIL first").await,
            (None, Some((_, recipients))) => {
                recipients.push(recipient);
                self.answer(SmtpStep::Rcpt, "250 2.1.5 ok").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        self.answer(SmtpStep::Data, "354 go on").await?;
        let Some((sender, recipients)) = self.envelope.take() else { return Err(over()) };
        let raw = self.letter().await?;
        let taken = Taken { sender, recipients, raw };
        if self.is_on(&SmtpFault::KeptButSilent) {
            self.shared.lock().taken.push(taken);
            return Err(over());
        }
        self.answer(SmtpStep::Letter, "250 2.0.0 taken").await?;
        self.shared.lock().taken.push(taken);
        Ok(())
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        self.stream.write_all(format!("{words}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// Answers, unless a fault strikes; a fault other than the good answer ends what was begun.
    async fn answer(&mut self, step: SmtpStep, words: &str) -> io::Result<()> {
        enum Struck {
            Say(String),
            Close,
            Hang,
        }
        let struck = self.shared.strike(|fault| match fault {
            SmtpFault::ReplyAt(at, code) if *at == step => Some(Struck::Say(format!("{code} {}.0.0 as told at {step:?}", code / 100))),
            SmtpFault::SayAt(at, words) if *at == step => Some(Struck::Say(words.clone())),
            SmtpFault::GarbageAt(at) if *at == step => Some(Struck::Say("* OK this is no SMTP".to_owned())),
            SmtpFault::HugeAt(at) if *at == step => Some(Struck::Say("2".repeat(100_000))),
            SmtpFault::CloseAt(at) if *at == step => Some(Struck::Close),
            SmtpFault::HangAt(at) if *at == step => Some(Struck::Hang),
            _ => None,
        });
        match struck {
            None => self.say(words).await,
            Some(Struck::Close) => Err(over()),
            Some(Struck::Hang) => {
                std::future::pending::<()>().await;
                Err(over())
            }
            Some(Struck::Say(words)) => {
                self.say(&words).await?;
                self.read_on().await
            }
        }
    }

    /// After a fault the session only says farewell.
    async fn read_on(&mut self) -> io::Result<()> {
        while let Ok(line) = self.line().await {
            self.shared.lock().commands.push(line.clone());
            let quit = line.eq_ignore_ascii_case("QUIT");
            // HELO after a refused EHLO, another try at signing in: the same answer to all.
            self.say(if quit { "221 bye" } else { "503 5.5.1 no more" }).await?;
            if quit {
                break;
            }
        }
        Err(over())
    }

    async fn auth(&mut self, line: &str) -> io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let way = words.next().unwrap_or_default().to_ascii_uppercase();
        let first = words.next().map(str::to_owned);
        let read = |text: &str| String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned();
        let good = match way.as_str() {
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = read(&self.line().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                user == "ada" && read(&self.line().await?) == "secret"
            }
            "PLAIN" => read(&first.unwrap_or_default()) == "\0ada\0secret",
            _ => self.takes_token(&read(&first.unwrap_or_default())),
        };
        if !good && way == "XOAUTH2" {
            // Why not comes as a challenge, which the client answers with an empty line.
            self.say("334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=").await?;
            self.line().await?;
            return self.say("535 5.7.3 Authentication unsuccessful").await;
        }
        if !good {
            return self.say("535 5.7.8 no such user or password").await;
        }
        self.answer(SmtpStep::Auth, "235 2.7.0 in").await?;
        self.shared.lock().logins += 1;
        Ok(())
    }

    /// The initial answer of XOAUTH2.
    fn takes_token(&self, answer: &str) -> bool {
        let parts: Option<(&str, &str)> = answer.strip_prefix("user=").and_then(|rest| rest.split_once("\u{1}auth=Bearer "));
        let Some((user, token)) = parts.and_then(|(user, rest)| Some((user, rest.strip_suffix("\u{1}\u{1}")?))) else { return false };
        self.shared.judge.get().map_or(user == "ada" && token == "secret", |judge| judge(user, token))
    }

    async fn letter(&mut self) -> io::Result<Vec<u8>> {
        let mut raw = Vec::new();
        let cut = self.is_on(&SmtpFault::CutInLetter);
        loop {
            let line = self.octets().await?;
            if cut {
                return Err(over());
            }
            if line == b".\r\n" {
                return Ok(raw);
            }
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.octets().await?).trim_end().to_owned())
    }

    /// One line with its CRLF: a bare LF ends nothing.
    async fn octets(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\r\n") {
                return Ok(self.unread.drain(..end + 2).collect());
            }
            let mut part = [0; 8192];
            let got = self.stream.read(&mut part).await?;
            if got == 0 {
                return Err(over());
            }
            if !self.encrypted {
                let mut state = self.shared.lock();
                if state.clear_text.len() < 1 << 20 {
                    state.clear_text.extend_from_slice(&part[..got]);
                }
            }
            self.unread.extend_from_slice(&part[..got]);
        }
    }
}
