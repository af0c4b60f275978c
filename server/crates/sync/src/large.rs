//! A letter too large to be held: fetched part by part into a file, so that memory is bounded whatever its size (I12).

use crate::{
    folder::{FolderRun, Haul, refusal},
    prepare::Raw,
    run::CollectError,
};
use postroom_connect::{ConnectError, RemoteLetter};

/// Letters larger than this (octets) are not fetched: they are counted and named in the queue.
const LARGEST: u64 = 256 << 20;
/// A letter may be longer than the server said by this much.
const SLACK: u64 = 1 << 20;

impl FolderRun<'_, '_> {
    pub(crate) async fn fetch_large(&mut self, letter: RemoteLetter) -> Result<Haul, CollectError> {
        let mut haul = Haul { raws: Vec::new(), refusals: Vec::new() };
        let refuse = |reason: &str| refusal(letter.uid, reason, letter.size);
        if letter.size > LARGEST {
            haul.refusals.push(refuse("This letter is larger than 256 MiB and was left on the server"));
            return Ok(haul);
        }
        let mut spool = self.session.engine.store().spool()?;
        let mut full = None;
        let outcome = match self.opened_reader().await {
            Ok(reader) => reader
                .fetch_large(letter.uid, letter.size, &mut |part| {
                    if spool.length() + part.len() as u64 > letter.size + SLACK {
                        return Err(std::io::Error::other("the letter is longer than the server said"));
                    }
                    spool.write(part).inspect_err(|error| full = Some(error.kind()))
                })
                .await
                .map_err(CollectError::from),
            Err(error) => Err(error),
        };
        if let Some(kind) = full {
            // Our disk's trouble is not held against the letter.
            return Err(postroom_store::StoreError::File(kind.into()).into());
        }
        match outcome {
            Ok(true) => haul.raws.push(Raw { uid: letter.uid, octets: spool.finish().into(), arrival: letter.internal_date }),
            Ok(false) => haul.refusals.push(refuse("The server lists this letter but does not hand it out")),
            Err(CollectError::Connect(ConnectError::Refused { said })) => {
                haul.refusals.push(refuse(&format!("The server refuses to hand out this letter: {said}")));
            }
            Err(CollectError::Connect(ConnectError::Protocol { said, .. } | ConnectError::Spool { said })) => {
                self.session.drop_reader();
                haul.refusals.push(refuse(&format!("The server's answer for this letter cannot be understood: {said}")));
            }
            Err(CollectError::Connect(error @ ConnectError::Later { .. })) if error.verdict() != model::Verdict::Throttled => {
                self.session.drop_reader();
                haul.refusals.push(refuse("The connection ended while this letter was fetched"));
            }
            Err(error) => return Err(error),
        }
        Ok(haul)
    }
}
