//! A letter's octets for whoever reads it: held whole where they are few, in their slim form where they are many (I12).

use super::{Office, Principal, letters::in_background, trouble::problem_of};
use model::{AttachmentInfo, MessageId, Problem};
use postroom_mail::Reading;
use postroom_mail::attachment;
use postroom_mail::large::{Held, Large};
use postroom_store::{Octets, SpoolWriter};
use std::io;
use std::sync::Arc;

/// A letter to be read.
pub(super) enum Letter {
    Whole(Arc<Vec<u8>>),
    Large(Large<'static>),
}

impl Office {
    /// The letter's octets, if the viewer may see it.
    pub(super) async fn octets(&self, who: &Principal, id: MessageId) -> Result<Octets, Problem> {
        self.store.octets(who.scope()?, id).await.map_err(problem_of)
    }

    /// The letter, ready to be read, if the viewer may see it.
    pub(super) async fn open(&self, who: &Principal, id: MessageId) -> Result<Letter, Problem> {
        match self.octets(who, id).await? {
            Octets::Held(raw) => Ok(Letter::Whole(raw)),
            Octets::Spooled(spool) => in_background(move || Large::look(move |at, into| spool.read_at(at, into), Held::default()))
                .await?
                .map(Letter::Large)
                .map_err(|error| super::trouble::unexpected(&error)),
        }
    }

    /// A file of a letter, out of its encoding.
    pub(super) async fn open_file(&self, letter: Letter, index: usize) -> Result<(AttachmentInfo, Octets), Problem> {
        let spool = self.store.spool().map_err(problem_of)?;
        let opened = in_background(move || letter.file(index, spool)).await?;
        opened.map_err(|error| super::trouble::unexpected(&error))?.ok_or(Problem::NotFound)
    }
}

impl Letter {
    /// All of it, or as much as readers of a large letter need.
    pub(super) fn octets(&self) -> &[u8] {
        match self {
            Self::Whole(raw) => raw,
            Self::Large(large) => large.held(),
        }
    }

    /// The letter read; `None` when it cannot be.
    pub(super) fn read(&self) -> Option<postroom_mail::Letter> {
        let reading: Reading = match self {
            Self::Whole(raw) => postroom_mail::read(raw),
            Self::Large(large) => large.read().ok()?,
        };
        reading.letter.ok()
    }

    fn file(&self, index: usize, mut spool: SpoolWriter) -> io::Result<Option<(AttachmentInfo, Octets)>> {
        match self {
            Self::Whole(raw) => Ok(attachment::open(raw, index).map(|opened| (opened.info, opened.bytes.into()))),
            Self::Large(large) => Ok(large.file(index, &mut |piece| spool.write(piece))?.map(|info| (info, spool.finish().into()))),
        }
    }
}
