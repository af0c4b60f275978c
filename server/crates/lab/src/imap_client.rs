//! A small blocking IMAP client for tests: says what it is told and shows what came back.
//!
//! It checks nothing and hides nothing; it must never be used on a real mailbox. Every read ends after [`TIME_LIMIT`].

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// How long one read may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// What can carry a session.
trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// The answer to one command.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Untagged responses in order, each with its literals, without the last line end.
    pub untagged: Vec<Vec<u8>>,
    /// `OK`, `NO` or `BAD`.
    pub status: String,
    /// What followed the status.
    pub text: String,
}

impl Reply {
    /// The untagged responses as readable text.
    pub fn lines(&self) -> Vec<String> {
        self.untagged.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    }

    /// True when the server said OK.
    pub fn is_ok(&self) -> bool {
        self.status == "OK"
    }
}

/// One session with an IMAP server.
pub struct LabClient {
    wire: Box<dyn Wire>,
    /// For STARTTLS only: the same socket once more.
    socket: TcpStream,
    tag: u32,
    /// The server's first line.
    pub greeting: String,
}

impl LabClient {
    /// Connects in clear and reads the greeting.
    pub fn connect(port: u16) -> anyhow::Result<Self> {
        let socket = dial(port)?;
        Self::greeted(Box::new(socket.try_clone()?), socket)
    }

    /// Connects with TLS from the first byte.
    pub fn connect_tls(port: u16, config: Arc<ClientConfig>, name: &str) -> anyhow::Result<Self> {
        let socket = dial(port)?;
        let session = ClientConnection::new(config, ServerName::try_from(name.to_owned())?)?;
        Self::greeted(Box::new(StreamOwned::new(session, socket.try_clone()?)), socket)
    }

    fn greeted(wire: Box<dyn Wire>, socket: TcpStream) -> anyhow::Result<Self> {
        let mut client = Self { wire, socket, tag: 0, greeting: String::new() };
        client.greeting = String::from_utf8_lossy(&client.response()?).into_owned();
        Ok(client)
    }

    /// STARTTLS and the handshake.
    pub fn start_tls(&mut self, config: Arc<ClientConfig>, name: &str) -> anyhow::Result<()> {
        let reply = self.command("STARTTLS")?;
        ensure!(reply.is_ok(), "STARTTLS was refused: {}", reply.text);
        let session = ClientConnection::new(config, ServerName::try_from(name.to_owned())?)?;
        self.wire = Box::new(StreamOwned::new(session, self.socket.try_clone()?));
        Ok(())
    }

    /// LOGIN, as a failure when refused.
    pub fn login(&mut self, user: &str, password: &str) -> anyhow::Result<()> {
        let reply = self.command(&format!("LOGIN {} {}", quoted(user), quoted(password)))?;
        ensure!(reply.is_ok(), "The sign-in was refused: {} {}", reply.status, reply.text);
        Ok(())
    }

    /// Sends one command and reads to its tagged answer.
    pub fn command(&mut self, command: &str) -> anyhow::Result<Reply> {
        let tag = self.send(command)?;
        self.finish(&tag)
    }

    /// Sends one command without waiting; gives its tag.
    pub fn send(&mut self, command: &str) -> anyhow::Result<String> {
        self.tag += 1;
        let tag = format!("L{}", self.tag);
        self.send_raw(format!("{tag} {command}\r\n").as_bytes())?;
        Ok(tag)
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.wire.write_all(bytes).context("Sending to the server")?;
        self.wire.flush().context("Sending to the server")
    }

    /// Reads to the tagged answer of an earlier [`Self::send`].
    pub fn finish(&mut self, tag: &str) -> anyhow::Result<Reply> {
        let mut untagged = Vec::new();
        loop {
            let response = self.response()?;
            let Some(rest) = response.strip_prefix(tag.as_bytes()).and_then(|rest| rest.strip_prefix(b" ")) else {
                untagged.push(response);
                continue;
            };
            let rest = String::from_utf8_lossy(rest).into_owned();
            let (status, text) = rest.split_once(' ').unwrap_or((&rest, ""));
            return Ok(Reply { untagged, status: status.to_owned(), text: text.to_owned() });
        }
    }

    /// APPEND with a synchronising literal.
    pub fn append(&mut self, folder: &str, flags: &[&str], raw: &[u8]) -> anyhow::Result<Reply> {
        let name = quoted(&crate::utf7::encode(folder));
        let tag = self.send(&format!("APPEND {name} ({}) {{{}}}", flags.join(" "), raw.len()))?;
        let go_ahead = self.response()?;
        ensure!(go_ahead.starts_with(b"+"), "APPEND was refused: {}", String::from_utf8_lossy(&go_ahead));
        self.send_raw(raw)?;
        self.send_raw(b"\r\n")?;
        self.finish(&tag)
    }

    /// One response: a line with the literals it announces, without its last line end.
    pub fn response(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut response = Vec::new();
        loop {
            let line = self.line()?;
            response.extend_from_slice(&line);
            let Some(length) = announced_literal(&line) else {
                return Ok(response);
            };
            response.extend_from_slice(b"\r\n");
            let from = response.len();
            response.resize(from + length, 0);
            self.wire.read_exact(&mut response[from..]).context("Reading a literal")?;
        }
    }

    /// One line without its line end.
    fn line(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut into = Vec::new();
        let mut byte = [0u8; 1];
        loop {
            if self.wire.read(&mut byte).context("Reading from the server")? == 0 {
                bail!("The server closed the connection after {:?}", String::from_utf8_lossy(&into));
            }
            match byte[0] {
                b'\n' => break,
                other => into.push(other),
            }
        }
        if into.last() == Some(&b'\r') {
            into.pop();
        }
        Ok(into)
    }

    /// All flags of all letters of all folders, sorted, without `\Recent`: `(folder, uid, flags)`. Reads with EXAMINE only.
    pub fn flags_snapshot(&mut self) -> anyhow::Result<Vec<(String, u32, Vec<String>)>> {
        let mut snapshot = Vec::new();
        for folder in self.folders()? {
            let wire_name = quoted(&crate::utf7::encode(&folder));
            if !self.command(&format!("EXAMINE {wire_name}"))?.is_ok() {
                continue; // a container that holds no letters
            }
            for line in self.command("UID FETCH 1:* (UID FLAGS)")?.lines() {
                if let Some((uid, flags)) = uid_and_flags(&line) {
                    snapshot.push((folder.clone(), uid, flags));
                }
            }
        }
        snapshot.sort();
        Ok(snapshot)
    }

    /// The names of all folders as a person reads them.
    pub fn folders(&mut self) -> anyhow::Result<Vec<String>> {
        let reply = self.command("LIST \"\" \"*\"")?;
        let mut names = Vec::new();
        for line in reply.lines().iter().filter(|line| line.starts_with("* LIST ")) {
            let rest = line.split_once(") ").map_or("", |(_, rest)| rest);
            let wire = rest.split_once(' ').map_or("", |(_, name)| name).trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
            names.push(crate::utf7::decode(&wire).unwrap_or(wire));
        }
        Ok(names)
    }
}

/// An IMAP quoted string.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn dial(port: u16) -> anyhow::Result<TcpStream> {
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("Connecting to the server")?;
    socket.set_read_timeout(Some(TIME_LIMIT))?;
    socket.set_write_timeout(Some(TIME_LIMIT))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// The length in `{n}` or `~{n}` at the end of a line.
fn announced_literal(line: &[u8]) -> Option<usize> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|&byte| byte == b'{')?;
    std::str::from_utf8(&inner[open + 1..]).ok()?.parse().ok()
}

fn uid_and_flags(line: &str) -> Option<(u32, Vec<String>)> {
    let after_uid = line.split("UID ").nth(1)?;
    let uid = after_uid.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let flags = line.split("FLAGS (").nth(1)?.split(')').next()?;
    let mut flags: Vec<String> = flags.split_whitespace().filter(|flag| *flag != "\\Recent").map(str::to_owned).collect();
    flags.sort();
    Some((uid, flags))
}
