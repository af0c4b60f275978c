//! What the service knows, and what was done to it.

use super::{GraphFault, GraphHeard, GraphLabOptions, GraphMailFolder, GraphMailLetter};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// Requests that were under way when a wait was asked for are not held against the client.
const UNDER_WAY: Duration = Duration::from_millis(100);

pub(super) struct State {
    pub options: GraphLabOptions,
    pub port: u16,
    pub folders: Vec<GraphMailFolder>,
    pub faults: Vec<(GraphFault, Option<u32>)>,
    pub heard: Vec<GraphHeard>,
    pub sent: Vec<super::GraphSent>,
    pub at_once: usize,
    pub most_at_once: usize,
    /// Access tokens that are good, until when, and what they permit.
    pub tokens: HashMap<String, (Instant, Vec<String>)>,
    /// Refresh tokens that are good, and whose they are.
    pub refresh: HashMap<String, String>,
    /// Whose an access token is, where a person said yes.
    pub persons: HashMap<String, String>,
    /// Who sits at the browser.
    pub at_browser: String,
    /// What was agreed to in the browser, by code and by refresh token; where nobody was asked, everything.
    pub agreed: HashMap<String, String>,
    /// Codes given to browsers, with their challenge and the address they belong to.
    pub codes: HashMap<String, (String, String)>,
    pub given: usize,
    pub generation: u32,
    pub asked_to_wait: Option<(Instant, Instant)>,
    serial: u64,
    change: u64,
}

impl State {
    pub fn new(options: GraphLabOptions, port: u16) -> Self {
        Self {
            folders: options.folders.clone(),
            at_browser: options.user.clone(),
            options,
            port,
            faults: Vec::new(),
            heard: Vec::new(),
            sent: Vec::new(),
            at_once: 0,
            most_at_once: 0,
            tokens: HashMap::new(),
            refresh: HashMap::new(),
            persons: HashMap::new(),
            codes: HashMap::new(),
            agreed: HashMap::new(),
            given: 0,
            generation: 1,
            asked_to_wait: None,
            serial: 0,
            change: 0,
        }
    }

    /// The first fault that this picks, if one is on; counted down.
    pub fn strikes<T>(&mut self, pick: impl Fn(&GraphFault) -> Option<T>) -> Option<T> {
        let at = self.faults.iter().position(|(fault, times)| *times != Some(0) && pick(fault).is_some())?;
        let (fault, times) = &mut self.faults[at];
        if let Some(times) = times {
            *times -= 1;
        }
        pick(fault)
    }

    pub fn has(&mut self, fault: &GraphFault) -> bool {
        self.strikes(|known| (known == fault).then_some(())).is_some()
    }

    pub fn too_early(&self) -> bool {
        let now = Instant::now();
        self.asked_to_wait.is_some_and(|(since, until)| now > since + UNDER_WAY && now < until)
    }

    pub fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A token of the shape that Microsoft's have, unsigned.
    pub fn new_token(&mut self, person: Option<&str>, asked: &str) -> String {
        let serial = self.serial();
        // Sending is permitted where it was asked for.
        let sending = asked.split(' ').filter_map(|word| word.rsplit('/').next()).filter(|word| word.ends_with(".Send"));
        let mut permissions = self.options.permissions.clone();
        permissions.extend(sending.map(str::to_owned));
        let may = match person {
            Some(person) => format!(r#""scp":"{}","upn":"{person}""#, permissions.join(" ")),
            None => format!(r#""roles":[{}]"#, permissions.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(",")),
        };
        let claims = format!(r#"{{"aud":"https://graph","tid":"{}",{may},"n":{serial}}}"#, self.options.tenant);
        let token = format!("{}.{}.lab{serial}", URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims));
        let until = Instant::now() + Duration::from_secs(self.options.lasts);
        self.tokens.insert(token.clone(), (until, permissions));
        self.given += 1;
        if let Some(person) = person {
            self.persons.insert(token.clone(), person.to_owned());
        }
        token
    }

    pub fn new_refresh(&mut self, person: &str) -> String {
        let token = format!("0.refresh-{}", self.serial());
        self.refresh.insert(token.clone(), person.to_owned());
        token
    }

    fn note(&mut self, folder: usize, id: &str, there: bool) {
        self.change += 1;
        self.folders[folder].log.push((self.change, id.to_owned(), there));
    }

    pub fn change(&self) -> u64 {
        self.change
    }

    pub fn deliver(&mut self, folder: &str, raw: Vec<u8>, draft: bool) -> String {
        let serial = self.serial();
        // The last characters differ by case alone now and then, as those of base64 do.
        let id = format!("AAkALgAA-{serial:08}{}=", if serial.is_multiple_of(2) { "aB" } else { "Ab" });
        let at = match self.folders.iter().position(|known| known.name == folder) {
            Some(at) => at,
            None => {
                self.folders.push(GraphMailFolder::new(folder));
                self.folders.len() - 1
            }
        };
        let received = 1_700_000_000 + serial as i64 * 60;
        self.folders[at].letters.insert(id.clone(), GraphMailLetter { raw: Arc::new(raw), received, draft });
        self.note(at, &id, true);
        id
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.folders.iter().position(|folder| folder.letters.contains_key(id))
    }

    pub fn relocate(&mut self, id: &str, to: &str) -> bool {
        let (Some(from), Some(to)) = (self.place_of(id), self.folders.iter().position(|folder| folder.name == to)) else { return false };
        let Some(letter) = self.folders[from].letters.remove(id) else { return false };
        self.note(from, id, false);
        self.folders[to].letters.insert(id.to_owned(), letter);
        self.note(to, id, true);
        true
    }

    pub fn delete(&mut self, id: &str) -> bool {
        let Some(from) = self.place_of(id) else { return false };
        self.folders[from].letters.remove(id);
        self.note(from, id, false);
        true
    }
}
