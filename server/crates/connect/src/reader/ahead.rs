//! Asking ahead: a folder opened, listed and measured in one round trip; letters asked for while those before them still come.

use super::{
    Reader, RemoteLetter,
    fetch::{Fetched, Parts, parts},
    flight::{Asked, Opening},
    folders::Opened,
};
use crate::{ConnectError, uidset};
use std::collections::{HashMap, VecDeque};

impl Reader {
    /// Opens a folder, lists its UIDs and measures the letters from `sizes_from` on: one round trip, or none if
    /// [`Reader::open_ahead`] was there before.
    ///
    /// # Errors
    /// `Refused` when the server will not open it; see [`ConnectError`].
    pub async fn open(&mut self, raw_name: &str, sizes_from: Option<u32>) -> Result<Opened, ConnectError> {
        if self.flight.opening.as_ref().is_none_or(|opening| opening.raw_name != raw_name) {
            self.forget();
            self.open_ahead(raw_name, sizes_from).await?;
        }
        let Some(Opening { examine, search, sizes, .. }) = self.flight.opening.take() else {
            return Err(self.odd("a folder that was not opened"));
        };
        let examined = match self.examined(&examine).await {
            Ok(examined) => examined,
            Err(error) => {
                // What follows was said to no folder, or to another one.
                self.drop_answers([Some(search), sizes].into_iter().flatten());
                return Err(error);
            }
        };
        let uids = match self.searched(&search).await {
            Ok(uids) => uids,
            Err(error) => {
                self.drop_answers(sizes.into_iter());
                return Err(error);
            }
        };
        let mut letters = Vec::new();
        if let Some(sizes) = sizes {
            let mut found: HashMap<u32, RemoteLetter> = HashMap::new();
            let outcome = self
                .finish(&sizes, &mut |answer| {
                    if let Some(letter) = parts(answer).and_then(Parts::measured) {
                        found.entry(letter.uid).or_insert(letter);
                    }
                })
                .await;
            match outcome {
                // Asked for one by one then.
                Err(ConnectError::Refused { .. } | ConnectError::Protocol { .. }) if self.usable => {}
                outcome => {
                    outcome?;
                    letters = uids.iter().filter_map(|uid| found.remove(uid)).collect();
                }
            }
        }
        Ok(Opened { examined, uids, letters })
    }

    /// Says what [`Reader::open`] needs without waiting for it: after the letters that were asked for, the folder is looked at again
    /// while the last of them still come.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn open_ahead(&mut self, raw_name: &str, sizes_from: Option<u32>) -> Result<(), ConnectError> {
        let examine = self.send(&self.examine_command(raw_name)?).await?;
        let search = self.send_search(self.can.esearch).await?;
        let sizes = match sizes_from {
            Some(from) => Some(self.send(&format!("UID FETCH {from}:* (UID RFC822.SIZE INTERNALDATE FLAGS)")).await?),
            None => None,
        };
        self.flight.opening = Some(Opening { raw_name: raw_name.to_owned(), examine, search, sizes });
        Ok(())
    }

    /// Asks for letters without waiting for them.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn ask(&mut self, uids: &[u32]) -> Result<(), ConnectError> {
        let mut ids = Vec::new();
        for set in uidset::sets(uids, &self.listed) {
            ids.push(self.send(&format!("UID FETCH {set} (UID INTERNALDATE BODY.PEEK[])")).await?);
        }
        self.flight.asked.push_back(Asked { uids: uids.to_vec(), wanted: uids.iter().copied().collect(), ids });
        Ok(())
    }

    /// Whether these letters were asked for.
    pub fn is_asked(&self, uids: &[u32]) -> bool {
        self.flight.asked.iter().any(|asked| asked.uids == uids)
    }

    /// Fetches letters, each handed on as it arrives, in whatever order the server sends them. What is gone is left out. If they are
    /// those that were asked for longest ago, what was asked for later stays asked for, and may be handed on already.
    ///
    /// # Errors
    /// `Protocol`: an odd answer ended the stream; reconnect and ask for fewer, at last one by one. Others see [`ConnectError`].
    pub async fn fetch(&mut self, uids: &[u32], each: &mut (dyn FnMut(Fetched) + Send)) -> Result<(), ConnectError> {
        if self.flight.asked.front().is_none_or(|asked| asked.uids != uids) {
            self.forget();
            self.ask(uids).await?;
        }
        let ids = self.flight.asked.front_mut().map(|asked| std::mem::take(&mut asked.ids)).unwrap_or_default();
        let mut asked: VecDeque<Asked> = std::mem::take(&mut self.flight.asked);
        let mut left = ids.into_iter();
        let mut outcome = Ok(());
        for id in left.by_ref() {
            let take = &mut |answer: &async_imap::imap_proto::Response<'_>| {
                let Some(Parts { uid: Some(uid), date, body: Some(body), .. }) = parts(answer) else { return };
                if asked.iter_mut().any(|asked| asked.wanted.remove(&uid)) {
                    each(Fetched { uid, internal_date: date, raw: body.to_vec() });
                }
            };
            outcome = self.finish(&id, take).await;
            if outcome.is_err() {
                break;
            }
        }
        asked.pop_front();
        self.flight.asked = asked;
        self.drop_answers(left);
        if outcome.is_err() {
            self.forget();
        }
        outcome
    }
}
