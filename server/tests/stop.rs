//! A stop that somebody asks for: the real program, a request and a stream at hand, a collection that waits for a dead mail server.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use postroom_lab::imap::{Fault, ImapLab, ImapLabOptions, Step};
use postroom_store::Store;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const EMAIL: &str = "ada@office.example";
const PASSWORD: &str = "four quiet brown horses";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Nothing here takes so long unless it hangs.
const LONGEST: Duration = Duration::from_secs(40);

fn postroom(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.arg("--data").arg(data).args(arguments);
    command
}

fn run(data: &Path, arguments: &[&str], input: &str) {
    let mut child = postroom(data, arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Until it is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONGEST, "{what} never comes");
        std::thread::yield_now();
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LONGEST)).unwrap();
    stream
}

fn rest_of(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// A sign-in as a page's program posts it: head and body.
fn sign_in(port: u16, connection: &str) -> (String, String) {
    let body = format!("email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let head = format!(
        "POST /api/session/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n",
        body.len()
    );
    (head, body)
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_finishes_answers_ends_streams_and_leaves_no_lease() {
    // RELIABILITY §4.5; the point "Operation"
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let lab = ImapLab::start(ImapLabOptions::default()).unwrap();
    lab.deliver("ada", "INBOX", "From: <a@x.example>\r\nSubject: One\r\n\r\nText\r\n", &[]);
    let account = format!(
        "name = 'Office'\nprotocol = 'imap'\naddress = '{EMAIL}'\nserver = '127.0.0.1'\nport = {}\nsecurity = 'starttls'\n\
         user_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{}'\n",
        lab.port(),
        lab.fingerprint()
    );
    let file = folder.path().join("office.toml");
    std::fs::write(&file, account).unwrap();
    let add = ["user", "add", "--email", EMAIL, "--name", "Ada", "--role", "administrator"];
    run(&data, &add, &format!("{PASSWORD}\n"));
    run(&data, &["account", "add", file.to_str().unwrap()], "");
    lab.forget_commands();
    lab.set_fault(Fault::HangAt(Step::Fetch));

    let serve = ["--log", "debug", "--log-format", "json", "serve", "--listen", "127.0.0.1:0", "--stop-within", "3"];
    let mut child =
        postroom(&data, &serve).env("POSTROOM_METRICS_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let port: u16 = told.trim().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    let log = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || BufReader::new(log).lines().map(Result::unwrap).collect::<Vec<String>>());
    wait_until("the collection that hangs", || lab.commands().iter().any(|line| line.contains("FETCH")));

    // A stream, and a request of which half has come.
    let (head, body) = sign_in(port, "close");
    let mut first = connect(port);
    first.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let answer = rest_of(first);
    let session = answer.lines().find_map(|line| line.split("postroom_session=").nth(1)?.split(';').next()).expect(&answer);
    let mut stream = connect(port);
    write!(stream, "GET /events/progress HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: postroom_session={session}\r\n\r\n").unwrap();
    let mut begin = [0; 15];
    stream.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200 OK");
    let mut half = connect(port);
    half.write_all(format!("{head}{}", &body[..10]).as_bytes()).unwrap();
    let mut metrics = connect(port);
    write!(metrics, "GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n").unwrap();
    let metrics = rest_of(metrics);
    assert!(metrics.contains("postroom_collections_running 1"), "{metrics}");

    terminate(&child);
    let start = Instant::now();
    wait_until("the shut door", || TcpStream::connect(("127.0.0.1", port)).is_err());
    half.write_all(&body.as_bytes()[10..]).unwrap();
    let answer = rest_of(half);
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("postroom_session="), "a request at hand is answered: {answer}");
    let stream = rest_of(stream);
    assert!(stream.ends_with("0\r\n\r\n"), "the stream ends as a stream ends: {stream}");
    let status = child.wait().unwrap();
    assert!(status.success() && start.elapsed() < Duration::from_secs(20), "{status} after {:?}", start.elapsed());

    let store = Store::open(&format!("sqlite:{}", data.join("postroom.db").display()), &data).await.unwrap();
    assert_eq!(store.leases(0).await.unwrap(), [], "nobody waits for a lease of a process that is gone");
    let log = log.join().unwrap();
    assert!(log.iter().any(|line| line.contains("cut off")), "{log:#?}");
    for line in log {
        assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok(), "no JSON: {line}");
        assert!(!line.contains(EMAIL) && !line.contains(session) && !line.contains(TOKEN), "{line}");
    }
}
