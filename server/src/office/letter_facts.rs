//! What the page of a letter shows besides its words: files, what servers state about it, invitations, bounces, copies.

use super::letters::in_background;
use super::{Office, Principal, octets::Letter, trouble::problem_of};
use model::{AttachmentInfo, CopyView, Direction, FrameHeights, LetterFacts, MessageId, Problem};

/// Message-IDs a letter refers to, and its own: the newest ones when they are very many.
fn names_of(letter: &postroom_mail::Letter) -> Vec<(i64, String)> {
    let mut ids: Vec<&String> = letter.references.iter().rev().take(REFERENCES).chain(letter.in_reply_to.iter().take(5)).collect();
    ids.push(&letter.message_id);
    ids.sort_unstable();
    ids.dedup();
    let named = ids.into_iter().filter(|id| !id.is_empty());
    named.map(|id| (postroom_sync::message_key(id), id.chars().take(MESSAGE_ID).collect())).collect()
}

/// References followed at most.
const REFERENCES: usize = 100;
/// Characters of a Message-ID as stored.
const MESSAGE_ID: usize = 500;

impl Office {
    /// How tall the frame of a letter is to be, in a list.
    pub async fn letter_frame(&self, who: &Principal, id: MessageId) -> Result<FrameHeights, Problem> {
        let letter = self.open(who, id).await?;
        in_background(move || postroom_mail::show::heights(letter.octets())).await
    }

    /// Everything read from the bytes of a letter that the viewer may see.
    pub(super) async fn letter_facts(
        &self,
        who: &Principal,
        id: MessageId,
        letter: Letter,
        direction: Direction,
    ) -> Result<(Vec<AttachmentInfo>, FrameHeights, LetterFacts), Problem> {
        let scope = who.scope()?;
        let zone = self.time_zone();
        let own = self.store.receivers_of(id).await.map_err(problem_of)?;
        let own: Vec<String> =
            own.into_iter().flat_map(|(server, address)| [server, address.rsplit('@').next().unwrap_or_default().to_owned()]).collect();
        let (attachments, heights, mut facts, named, senders) = in_background(move || {
            let raw = letter.octets();
            let read = letter.read().unwrap_or_default();
            let named = names_of(&read);
            let senders = postroom_mail::forwarded::quoted_senders(&read.subject, &read.text);
            let attachments = read.attachments;
            let facts = LetterFacts {
                statements: postroom_mail::authentication::of(raw, &own),
                invitations: postroom_mail::invitation::of(raw, &zone),
                bounce: postroom_mail::bounce::of(raw),
                ..LetterFacts::default()
            };
            (attachments, postroom_mail::show::heights(raw), facts, named, senders)
        })
        .await?;
        if let Some(bounce) = &mut facts.bounce
            && !bounce.about.is_empty()
        {
            let key = postroom_sync::message_key(&bounce.about);
            let header: String = bounce.about.chars().take(MESSAGE_ID).collect();
            let found = self.store.letters_called(scope, key, &header).await.map_err(problem_of)?;
            bounce.letter = found.into_iter().find(|(letter, _)| *letter != id);
        }
        if direction == Direction::Sent {
            facts.quoted = self.quoted(who, id, &senders, &[]).await?;
            facts.no_copy = self.store.copy_given_up(scope, id).await.map_err(problem_of)?;
        }
        (facts.forwarded, facts.forwards) = self.forwards_around(who, id).await?;
        facts.imports = self.store.managed_of(scope, id).await.map_err(problem_of)?;
        facts.copies = self.copy_views(who, id).await?;
        let conversation = self.store.conversation(scope, id, &named).await.map_err(problem_of)?;
        if conversation.iter().any(|other| *other != id) {
            let rows = self.store.letter_rows(&conversation).await.map_err(problem_of)?;
            facts.conversation = self.with_marks(who, rows).await?;
        }
        Ok((attachments, heights, facts))
    }

    /// The copies of a letter, when there is more than one.
    async fn copy_views(&self, who: &Principal, id: MessageId) -> Result<Vec<CopyView>, Problem> {
        let copies = self.store.copies_seen(who.scope()?, id).await.map_err(problem_of)?;
        if copies.len() < 2 {
            return Ok(Vec::new());
        }
        let view = |copy: postroom_store::SeenCopy| CopyView {
            id: copy.id,
            size: copy.size,
            digest: copy.digest.iter().take(4).map(|octet| format!("{octet:02x}")).collect(),
            places: copy
                .places
                .into_iter()
                .map(|(account, folder)| if folder.is_empty() { account } else { format!("{account}: {folder}") })
                .collect(),
        };
        Ok(copies.into_iter().map(view).collect())
    }
}
