//! The mail of the demo office: years of it, and then a letter now and then.

use super::cast::{Clerk, Correspondent, DemoClient, clients, solicitor, staff};
use super::fill::Facts;
use super::letter::{Clothing, Draft, html_of, received};
use super::scripts::{self, Invitation, Script, Turn, Who};
use super::specials;
use crate::random::Dice;

const DAY: i64 = 86_400;
/// How far back the mail goes.
const DAYS: i64 = 1_500;
/// What is older lies in the archive folder of its year.
const RECENT: i64 = 400 * DAY;

/// A mailbox of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox {
    /// Name of the account.
    pub name: &'static str,
    /// Its address.
    pub address: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Place in [`staff`] of its owner; `None` = the office's own.
    pub owner: Option<usize>,
    /// What its program calls the folder of sent letters.
    pub sent: &'static str,
}

/// The office's mailboxes: the front desk, then the advisers in the order of [`staff`], then one whose password no longer works.
pub const MAILBOXES: [Mailbox; 6] = [
    Mailbox {
        name: "Front desk",
        address: "office@bellcarter.example",
        description: "Shared mailbox of the office",
        owner: None,
        sent: "Sent",
    },
    Mailbox { name: "Ada Bell", address: "ada@bellcarter.example", description: "", owner: Some(0), sent: "Sent" },
    Mailbox { name: "Ben Carter", address: "ben@bellcarter.example", description: "", owner: Some(1), sent: "Sent Items" },
    Mailbox {
        name: "Clara Nowak",
        address: "clara@bellcarter.example",
        description: "The server refuses to hand out three of her letters",
        owner: Some(2),
        sent: "Sent",
    },
    Mailbox { name: "Dieter Köhler", address: "dieter@bellcarter.example", description: "", owner: Some(3), sent: "Gesendete Objekte" },
    Mailbox {
        name: "Frank Osei (left)",
        address: "frank@bellcarter.example",
        description: "Somebody changed the password when Frank left",
        owner: None,
        sent: "Sent",
    },
];

/// A letter in a mailbox.
#[derive(Debug, Clone)]
pub struct DemoLetter {
    /// Place in [`MAILBOXES`].
    pub mailbox: usize,
    /// Folder, as a person reads it.
    pub folder: String,
    /// Its octets.
    pub raw: Vec<u8>,
    /// When it came, seconds since 1970.
    pub at: i64,
    /// IMAP flags.
    pub flags: &'static [&'static str],
}

/// Writes the mail.
pub struct Mailroom {
    seed: u64,
    pub(super) dice: Dice,
    pub(super) now: i64,
    pub(super) clients: Vec<DemoClient>,
    pub(super) letters: Vec<DemoLetter>,
    count: u64,
}

/// A conversation on its way.
struct Talk<'a> {
    client: &'a DemoClient,
    adviser: &'static Clerk,
    /// Place of the adviser's mailbox.
    mailbox: usize,
    facts: Facts,
    subject: String,
    partner_writes: bool,
    /// Which of several addresses the client uses.
    address: usize,
    through_front_desk: bool,
    references: Vec<String>,
    last: Option<(Correspondent, String)>,
    meeting: i64,
}

impl Mailroom {
    /// A mailroom that has seen nothing yet; `now` in seconds since 1970.
    pub fn new(seed: u64, now: i64) -> Self {
        let seed = seed ^ 0x4445_4D4F;
        Self { seed, dice: Dice::new(seed), now, clients: clients(now), letters: Vec::new(), count: 0 }
    }

    /// Everything up to now, oldest first. Each conversation has dice of its own and begins so many days ago: what people write to each
    /// other is the same on every day of the week and at every hour.
    pub fn years_of_letters(&mut self) -> Vec<DemoLetter> {
        let today = self.now - self.now.rem_euclid(DAY);
        for (place, client) in self.clients.clone().into_iter().enumerate() {
            let scripts = scripts::of(client.language, client.code);
            let other = scripts::of("en", client.code);
            for number in 0..client.busy {
                let script = match number.checked_sub(scripts.len() * 2) {
                    // A small language has few conversations of its own; the rest is in English.
                    Some(beyond) if client.language != "en" => other[(beyond * 7 + client.adviser) % other.len()],
                    _ => scripts[(number * 7 + client.busy) % scripts.len()],
                };
                self.dice = self.fork(1_000 * place as u64 + number as u64);
                let start = today - DAYS * DAY + self.dice.below((DAYS * DAY) as usize) as i64;
                self.converse(&client, script, start);
            }
        }
        self.dice = self.fork(u64::MAX);
        specials::fill(self);
        let mut letters = std::mem::take(&mut self.letters);
        letters.sort_by_key(|letter| letter.at);
        letters
    }

    fn fork(&self, part: u64) -> Dice {
        Dice::new(Dice::new(self.seed ^ part).next_u64())
    }

    /// The next new letter; with copies where it went to more than one mailbox.
    pub fn new_letter(&mut self, now: i64) -> Vec<DemoLetter> {
        self.now = now;
        let places: Vec<usize> = (0..self.clients.len()).filter(|at| self.clients[*at].busy > 0).collect();
        let client = self.clients[*self.dice.pick(&places)].clone();
        let scripts = scripts::of(client.language, client.code);
        let script = *self.dice.pick(&scripts);
        let Some(turn) = script.turns().into_iter().next() else { return Vec::new() };
        let mut talk = self.begin(&client, script, now);
        self.say(&mut talk, &turn, now);
        std::mem::take(&mut self.letters)
    }

    fn begin<'a>(&mut self, client: &'a DemoClient, script: Script, start: i64) -> Talk<'a> {
        let adviser = &staff()[client.adviser];
        let facts = Facts::choose(&mut self.dice, client.language, start, &adviser.correspondent());
        let partner_writes = self.dice.chance(350);
        let writer = client.writer(start, partner_writes, 0);
        let subject = facts.fill(&mut self.dice, script.subject, &writer);
        Talk {
            client,
            adviser,
            mailbox: client.adviser + 1,
            facts,
            subject,
            partner_writes,
            address: self.dice.below(8).saturating_sub(5),
            through_front_desk: self.dice.chance(220),
            references: Vec::new(),
            last: None,
            meeting: start + 9 * DAY - start.rem_euclid(DAY) + 10 * 3600,
        }
    }

    fn converse(&mut self, client: &DemoClient, script: Script, start: i64) {
        let mut talk = self.begin(client, script, start);
        let mut moment = office_hours(&mut self.dice, start);
        for turn in script.turns() {
            if moment >= self.now {
                return;
            }
            self.say(&mut talk, &turn, moment);
            let pause = 2 * 3600 + self.dice.below(3 * DAY as usize) as i64;
            moment = office_hours(&mut self.dice, moment + pause);
        }
    }

    /// One letter of a conversation, into every mailbox that has it.
    fn say(&mut self, talk: &mut Talk<'_>, turn: &Turn, moment: i64) {
        let client = talk.client.writer(moment, talk.partner_writes, talk.address);
        let adviser = talk.adviser.correspondent();
        let office = Correspondent::new("Bell & Carter", MAILBOXES[0].address);
        let desk = if talk.through_front_desk { office.clone() } else { adviser.clone() };
        let provider = Correspondent::new(talk.facts.provider.0, talk.facts.provider.1);
        let (from, to) = match turn.who {
            Who::Staff => (adviser.clone(), vec![client.clone()]),
            Who::Client => (client.clone(), vec![desk.clone()]),
            Who::Provider if talk.last.is_none() => (provider, vec![client.clone()]),
            Who::Provider => (provider, vec![desk.clone()]),
            Who::Solicitor => (solicitor(), vec![client.clone(), adviser.clone()]),
        };
        let mut cc = Vec::new();
        if turn.copy_to_solicitor {
            cc.push(solicitor());
        }
        if turn.who == Who::Provider && talk.last.is_none() || turn.who == Who::Client && talk.through_front_desk && self.dice.chance(300) {
            cc.push(adviser.clone());
        }
        if turn.who != Who::Provider && self.dice.chance(150) {
            let other = talk.client.writer(moment, !talk.partner_writes, 0);
            if other.address != client.address {
                cc.push(other);
            }
        }
        if turn.who == Who::Staff && self.dice.chance(120) {
            cc.push(office);
        }
        let draft = self.write(talk, turn, moment, from, to, cc, &client);
        talk.references.push(draft.message_id.clone());
        talk.last = Some((draft.from.clone(), turn_text(&draft)));
        self.post(&draft, talk.mailbox);
    }

    #[allow(clippy::too_many_arguments, reason = "what a letter is made of")]
    fn write(
        &mut self,
        talk: &Talk<'_>,
        turn: &Turn,
        moment: i64,
        from: Correspondent,
        to: Vec<Correspondent>,
        cc: Vec<Correspondent>,
        client: &Correspondent,
    ) -> Draft {
        let said = talk.facts.fill(&mut self.dice, turn.text, client);
        let ours = turn.who == Who::Staff;
        let mut text = said;
        let signature = match turn.who {
            Who::Staff => format!("{}\n{}\n12 Harbour Street, Saltmouth · 01632 960 117", from.name, super::FIRM),
            _ => String::new(),
        };
        match turn.who {
            Who::Staff => text.push_str(&format!("\n\n{}\n{}", closing(talk.client.language), from.given())),
            Who::Client if !text.contains(from.given()) || self.dice.chance(500) => text.push_str(&format!("\n\n{}", from.given())),
            _ => {}
        }
        if let Some((who, before)) = &talk.last
            && self.dice.chance(800)
        {
            text.push_str(&format!("\n\n{}\n{}", attribution(talk.client.language, &who.name), quoted(before)));
        }
        let html = (ours || self.dice.chance(400)).then(|| html_of(&text, &signature));
        if ours {
            text.push_str(&format!("\n\n-- \n{signature}"));
        } else if self.dice.chance(150) && turn.who == Who::Client {
            text.push_str("\n\nSent from my phone");
        }
        let mut draft = Draft {
            to,
            cc,
            subject: talk.subject.clone(),
            references: talk.references.clone(),
            html,
            files: turn.files.iter().map(|name| talk.facts.fill(&mut self.dice, name, client)).collect(),
            invitation: turn.invitation.map(|what| (what, talk.meeting)),
            clothing: *self.dice.pick(&[Clothing::Usual, Clothing::Usual, Clothing::Base64, Clothing::Latin1]),
            ..Draft::plain(from, client.clone(), "", &text, moment, String::new())
        };
        draft.message_id = self.new_id(&draft.from.address);
        if !talk.references.is_empty() && !draft.subject.starts_with("Re: ") {
            draft.subject = format!("{}: {}", reply_word(talk.client.language, ours), draft.subject);
        }
        if turn.invitation == Some(Invitation::Accepts) {
            draft.subject = format!("Accepted: {}", talk.subject);
        }
        if ours {
            draft.extra.push_str("X-Mailer: Thunderbird 128\r\n");
        }
        draft
    }

    pub(super) fn new_id(&mut self, address: &str) -> String {
        self.count += 1;
        format!("{:08x}.{}@{}", self.dice.next_u64() as u32, self.count, address.rsplit('@').next().unwrap_or("example.org"))
    }

    /// Into every mailbox that has the letter: the sender's folder of sent letters, and the inbox (or archive) of each receiver.
    pub(super) fn post(&mut self, draft: &Draft, mailbox: usize) {
        let raw = draft.octets(&mut self.dice);
        if draft.from.address == MAILBOXES[mailbox].address {
            self.file(mailbox, MAILBOXES[mailbox].sent, raw.clone(), draft.seconds, &["\\Seen"]);
        }
        for (place, known) in MAILBOXES.iter().enumerate() {
            if draft.to.iter().chain(&draft.cc).any(|who| who.address == known.address) {
                let copy = received(&raw, &draft.from.address, draft.seconds, known.address, "pass");
                let folder = self.folder_of(place, draft.seconds);
                let flags: &[&str] = if draft.seconds > self.now - 3 * DAY { &[] } else { &["\\Seen"] };
                self.file(place, &folder, copy, draft.seconds, flags);
            }
        }
    }

    /// One letter in one folder.
    pub(super) fn file(&mut self, mailbox: usize, folder: &str, raw: Vec<u8>, at: i64, flags: &'static [&'static str]) {
        self.letters.push(DemoLetter { mailbox, folder: folder.to_owned(), raw, at, flags });
    }

    fn folder_of(&mut self, mailbox: usize, at: i64) -> String {
        if at < self.now - RECENT {
            let year = crate::corpus::day_of(at)[..4].to_owned();
            return if mailbox == 4 { format!("Archiv/{year}") } else { format!("Archive/{year}") };
        }
        if mailbox == 0 && self.dice.chance(200) { "Clients & families".to_owned() } else { "INBOX".to_owned() }
    }
}

/// What was said, without what it quotes.
fn turn_text(draft: &Draft) -> String {
    let lines = draft.text.lines().take_while(|line| !line.starts_with('>') && *line != "-- ");
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn quoted(text: &str) -> String {
    text.lines().take(14).map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// On a weekday between eight and six, mostly. Throws the same dice on every day, so that what follows does not depend on it.
fn office_hours(dice: &mut Dice, moment: i64) -> i64 {
    let (rests, late, hour_in) = (dice.chance(850), dice.chance(150), dice.below(10 * 3600) as i64);
    let midnight = moment - moment.rem_euclid(DAY);
    let weekday = midnight.div_euclid(DAY).rem_euclid(7);
    let monday = match weekday {
        2 if rests => midnight + 2 * DAY,
        3 if rests => midnight + DAY,
        _ => midnight,
    };
    let hour = moment.rem_euclid(DAY);
    let at = if (8 * 3600..18 * 3600).contains(&hour) || late { hour } else { 8 * 3600 + hour_in };
    let at = monday + at;
    // Moving into the day must not move a letter before the one it answers.
    if at < moment { at + DAY } else { at }
}

fn closing(language: &str) -> &'static str {
    match language {
        "de" => "Herzliche Grüße",
        "fr" => "Bien cordialement",
        "es" => "Un cordial saludo",
        "pl" => "Z pozdrowieniami",
        "ja" => "よろしくお願いいたします。",
        _ => "Kind regards",
    }
}

fn attribution(language: &str, name: &str) -> String {
    match language {
        "de" => format!("{name} schrieb:"),
        "fr" => format!("{name} a écrit :"),
        "es" => format!("{name} escribió:"),
        "pl" => format!("{name} pisze:"),
        "ja" => format!("{name} さんの書き込み:"),
        _ => format!("{name} wrote:"),
    }
}

fn reply_word(language: &str, ours: bool) -> &'static str {
    match language {
        "de" if !ours => "AW",
        "es" if !ours => "RV",
        "pl" if !ours => "Odp",
        _ => "Re",
    }
}
