//! Who wrote the letter that a colleague's letter forwards: offered beside it, so that it gets to the right file (P30).
//!
//! Must never: file anything, or name a client outside the viewer's scope; to the viewer, such an address is on no file.

use super::letters::in_background;
use super::{Office, Principal, trouble::problem_of};
use model::{ClientId, Direction, HistoryRow, MessageId, Permission, Problem, Quoted};
use postroom_mail::forwarded::{is_forward, quoted_senders};

impl Office {
    /// Of the senders quoted in a letter, those who are neither in its headers nor of the office, each with the clients who lack it: not
    /// those in whose history it is, nor those about whom it was decided by hand.
    pub(super) async fn quoted(
        &self,
        who: &Principal,
        letter: MessageId,
        senders: &[String],
        known: &[ClientId],
    ) -> Result<Vec<Quoted>, Problem> {
        if senders.is_empty() || !who.may(Permission::ClientsEdit) {
            return Ok(Vec::new());
        }
        let scope = who.scope()?;
        let record = self.store.letter(scope, letter).await.map_err(problem_of)?;
        let decided = self.store.filings_of(scope, letter).await.map_err(problem_of)?;
        let whose = self.store.whose(scope, senders).await.map_err(problem_of)?;
        let mut quoted = Vec::new();
        for address in senders.iter().filter(|address| !record.people.iter().any(|(_, person)| person.address == **address)) {
            let rows: Vec<_> = whose.iter().filter(|(of, ..)| of == address).collect();
            if rows.iter().any(|(_, own, _)| *own) {
                continue;
            }
            let on_file: Vec<(ClientId, String)> = rows.into_iter().filter_map(|(_, _, client)| client.clone()).collect();
            let lacks = |id: ClientId| {
                !known.contains(&id) && !record.clients.iter().any(|has| has.id == id) && !decided.iter().any(|(about, ..)| *about == id)
            };
            let clients: Vec<_> = on_file.iter().filter(|(id, _)| lacks(*id)).cloned().collect();
            if on_file.is_empty() || !clients.is_empty() {
                quoted.push(Quoted { address: address.clone(), clients });
            }
        }
        Ok(quoted)
    }

    /// Rows of a client's history with what colleagues forward in them.
    pub(super) async fn with_quoted(
        &self,
        who: &Principal,
        client: ClientId,
        mut rows: Vec<HistoryRow>,
    ) -> Result<Vec<HistoryRow>, Problem> {
        if !who.may(Permission::ClientsEdit) {
            return Ok(rows);
        }
        let sent: Vec<MessageId> = rows
            .iter()
            .filter(|row| row.direction == Direction::Sent && !row.hidden && is_forward(&row.subject))
            .map(|row| row.id)
            .collect();
        let texts = self.store.texts(&sent).await.map_err(problem_of)?;
        let found: Vec<(MessageId, Vec<String>)> =
            in_background(move || texts.into_iter().map(|text| (text.id, quoted_senders(&text.subject, &text.body))).collect()).await?;
        for (id, senders) in found.into_iter().filter(|(_, senders)| !senders.is_empty()) {
            let quoted = self.quoted(who, id, &senders, &[client]).await?;
            if let Some(row) = rows.iter_mut().find(|row| row.id == id) {
                row.quoted = quoted;
            }
        }
        Ok(rows)
    }
}
