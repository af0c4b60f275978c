//! Mailboxes, one letter.
//!
//! Must never: read a letter without the viewer's scope; let an export go unrecorded.

use super::{Office, Principal, octets::Letter, trouble::problem_of};
use crate::preview::Preview;
use model::{AddressRole, AttachmentInfo, HistoryRow, LetterView, Mailbox, MessageId, Page, Permission, PreviewKind, Problem};
use postroom_mail::show::Heading;
use postroom_store::{LetterRecord, Octets};

/// Rows a page.
pub const PAGE: usize = 50;

impl Office {
    /// One letter. That somebody opened it is recorded.
    pub async fn letter(&self, who: &Principal, id: MessageId) -> Result<LetterView, Problem> {
        let scope = who.scope()?;
        let record = self.store.letter(scope, id).await.map_err(problem_of)?;
        let letter = self.open(who, id).await?;
        let (attachments, heights, facts) = self.letter_facts(who, id, letter, record.direction).await?;
        self.note_look(who, id, "letter.viewed").await;
        Ok(LetterView {
            id,
            subject: record.subject,
            date: record.date,
            date_header: record.date_header,
            arrived: record.received_at,
            date_looks_wrong: record.date_looks_wrong,
            direction: record.direction,
            people: record.people,
            message_id: record.message_id,
            attachments,
            has_html: record.has_html,
            remote_content: record.remote_content,
            sightings: record.sightings,
            variants: record.variants,
            clients: record.clients,
            unreadable: record.unreadable,
            size: record.size,
            remarks: record.remarks,
            may_export: who.may(Permission::LettersExport),
            heights,
            facts,
        })
    }

    /// All headers, decoded.
    pub async fn letter_headers(&self, who: &Principal, id: MessageId) -> Result<Vec<(String, String)>, Problem> {
        let letter = self.open(who, id).await?;
        in_background(move || postroom_mail::headers::of(letter.octets())).await
    }

    /// The original as text on a screen, which is reading; that somebody did is recorded. The bytes themselves leave by
    /// [`Office::export_letter`] alone, which needs the permission.
    pub async fn original(&self, who: &Principal, id: MessageId) -> Result<String, Problem> {
        let letter = self.open(who, id).await?;
        self.note_look(who, id, "letter.original_viewed").await;
        in_background(move || postroom_mail::show::original(letter.octets())).await
    }

    /// The letter as it came, if the viewer may see it; whole, however large.
    pub async fn raw(&self, who: &Principal, id: MessageId) -> Result<Vec<u8>, Problem> {
        self.store.raw(who.scope()?, id).await.map_err(problem_of)
    }

    /// The words of the letter, for a terminal.
    pub async fn letter_text(&self, who: &Principal, id: MessageId) -> Result<String, Problem> {
        let letter = self.open(who, id).await?;
        in_background(move || letter.read().map(|letter| letter.text).unwrap_or_default()).await
    }

    /// The letter as a document: for its frame, or with what its envelope says for a page of its own.
    pub async fn letter_body(&self, who: &Principal, id: MessageId, form: &BodyForm) -> Result<String, Problem> {
        let letter = self.open(who, id).await?;
        self.note_look(who, id, "letter.viewed").await;
        let (html, pictures) = (form.html, form.pictures);
        let mut shown = in_background(move || {
            if html { postroom_mail::show::html(letter.octets(), pictures) } else { postroom_mail::show::text(letter.octets()) }
        })
        .await?;
        if form.alone {
            let record = self.store.letter(who.scope()?, id).await.map_err(problem_of)?;
            shown = postroom_mail::show::with_heading(shown, &self.heading(&record));
        }
        if pictures {
            self.record(who, "letter.pictures_fetched", format!("letter:{id}"), "").await?;
        }
        Ok(shown.document)
    }

    fn heading(&self, letter: &LetterRecord) -> Heading {
        let mut lines: Vec<(String, String)> = Vec::new();
        for role in AddressRole::ALL {
            let people: Vec<String> = letter.people.iter().filter(|(r, _)| *r == role).map(|(_, mailbox)| written(mailbox)).collect();
            if !people.is_empty() {
                lines.push((role.label().to_owned(), people.join(", ")));
            }
        }
        lines.push(("Date".to_owned(), super::days::written(letter.date, &self.time_zone())));
        let subject = if letter.subject.is_empty() { "(no subject)".to_owned() } else { letter.subject.clone() };
        Heading { subject, lines }
    }

    /// A file of a letter.
    pub async fn letter_file(&self, who: &Principal, id: MessageId, index: usize) -> Result<(AttachmentInfo, Octets), Problem> {
        let opened = self.open_file(self.open(who, id).await?, index).await?;
        self.record(who, "letter.file_saved", format!("letter:{id}"), format!("File {}", index + 1)).await?;
        Ok(opened)
    }

    /// A file of a letter, to be looked at in its page: a picture drawn anew, or the beginning of a text. Looking is reading.
    pub async fn file_preview(&self, who: &Principal, id: MessageId, index: usize) -> Result<FilePreview, Problem> {
        // A letter too large to be held is not looked into for a preview: its files are saved and opened.
        let Letter::Whole(raw) = self.open(who, id).await? else { return Err(Problem::NotFound) };
        self.note_look(who, id, "letter.viewed").await;
        // Pictures take memory: two at a time, and none that has to wait for long.
        let turn = tokio::time::timeout(PREVIEW_PATIENCE, PREVIEWS.acquire()).await.map_err(|_| Problem::SlowDown(5))?;
        let turn = turn.map_err(|error| super::trouble::unexpected(&error))?;
        let drawn = in_background(move || {
            // Kept until the work ends, also when nobody waits for it any more.
            let _turn = turn;
            let opened = postroom_mail::attachment::open(&raw, index)?;
            match opened.info.preview()? {
                PreviewKind::Picture => crate::preview::picture(&opened.bytes).map(FilePreview::Picture),
                PreviewKind::Text => postroom_mail::show::file_text(&raw, index).map(FilePreview::Text),
            }
        });
        tokio::time::timeout(PREVIEW_PATIENCE, drawn).await.map_err(|_| Problem::NotFound)??.ok_or(Problem::NotFound)
    }

    /// The letter leaves Postroom as a file.
    pub async fn export_letter(&self, who: &Principal, id: MessageId) -> Result<Octets, Problem> {
        who.need(Permission::LettersExport)?;
        let raw = self.octets(who, id).await?;
        self.record(who, "letter.exported", format!("letter:{id}"), "").await?;
        Ok(raw)
    }
}

/// Time for a preview.
const PREVIEW_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// Previews made at the same time.
static PREVIEWS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// A file, to be looked at.
pub enum FilePreview {
    /// A picture.
    Picture(Preview),
    /// A document for a frame.
    Text(String),
}

/// How a letter's document is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BodyForm {
    /// As its writer laid it out; else as plain text.
    pub html: bool,
    /// With pictures from the network, because the viewer asked for them.
    pub pictures: bool,
    /// On a page of its own, with a heading.
    pub alone: bool,
}

fn written(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { format!("{} <{}>", mailbox.name, mailbox.address) }
}

/// Reading a letter is work for a thread of its own: a hostile one may take long.
pub(super) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| super::trouble::unexpected(&error))
}

/// A page of at most `limit` rows, of which one more was asked for to know whether there is a next one.
pub(super) fn page_of(mut rows: Vec<HistoryRow>, limit: usize) -> Page<HistoryRow> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.date, row.id));
    Page { rows, next }
}

/// `date.id` of the last row shown. What cannot be read is no cursor of ours.
pub(super) fn read_cursor(cursor: Option<&str>) -> Result<Option<(i64, i64)>, Problem> {
    let Some(text) = cursor.filter(|text| !text.is_empty()) else { return Ok(None) };
    let read = text.split_once('.').and_then(|(date, id)| Some((date.parse().ok()?, id.parse().ok()?)));
    read.map(Some).ok_or(Problem::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_also_before_1970() {
        assert_eq!(read_cursor(Some("-5.7")), Ok(Some((-5, 7))));
        assert_eq!(read_cursor(None), Ok(None));
        assert_eq!(read_cursor(Some("x")), Err(Problem::NotFound));
    }
}
