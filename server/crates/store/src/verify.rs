//! Checking the whole record: the chain of events against the codes and the outside head, every stored copy
//! against its digest, and the digest against its seal.

use crate::{
    Store, StoreError,
    audit::{EventRecord, hex, read_head},
    db::read,
    packs::Place,
};

const AT_ONCE: i64 = 1000;

#[derive(sqlx::FromRow)]
struct Copy {
    id: i64,
    digest: Vec<u8>,
    message_id: i64,
    size: i64,
    pack: String,
    at: i64,
    stored: i64,
    seal: Option<Vec<u8>>,
}

impl Store {
    /// Checks everything and names what is wrong, first thing first. `each` is told how many copies are done, of how many.
    pub async fn verify(&self, each: &mut (dyn FnMut(i64, i64) + Send)) -> Result<model::Verification, StoreError> {
        let mut findings = Vec::new();
        let events = self.verify_events(&mut findings).await?;
        self.find_altered_statements(&mut findings).await?;
        let blobs = self.verify_copies(&mut findings, each).await?;
        Ok(model::Verification { events, blobs, findings })
    }

    /// Walks the chain and stops at the first entry that is wrong: nothing after it can be believed.
    async fn verify_events(&self, findings: &mut Vec<String>) -> Result<i64, StoreError> {
        let outside = read_head(self.heads.path())?;
        let mut before: Vec<u8> = Vec::new();
        let mut checked = 0;
        let mut outside_seen = outside.is_none();
        loop {
            let rows: Vec<EventRecord> = read!(self, c => sqlx::query_as(
                "select seq, at, principal, action, subject, detail, mac from event where seq > $1 order by seq limit $2")
                .bind(checked).bind(AT_ONCE).fetch_all(c).await)?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.seq != checked + 1 {
                    findings.push(format!("Event {} is missing: the next one on record is {}.", checked + 1, row.seq));
                    return Ok(checked);
                }
                if row.code(&self.keys, &before) != row.mac {
                    findings.push(format!("Event {} ({}) was altered or swapped, or the one before it was.", row.seq, row.action));
                    return Ok(checked);
                }
                if let Some((seq, mac)) = &outside
                    && *seq == row.seq
                {
                    outside_seen = true;
                    if *mac != hex(&row.mac) {
                        findings.push(format!("Event {seq} differs from the head kept outside the database."));
                        return Ok(checked);
                    }
                }
                before = row.mac;
                checked = row.seq;
            }
        }
        let (seq, mac): (i64, Vec<u8>) =
            read!(self, c => sqlx::query_as("select seq, mac from audit_head where id = 1").fetch_one(c).await)?;
        // An event recorded since the walk ended is no finding.
        if seq < checked || (seq == checked && mac != before) {
            findings
                .push(format!("The chain ends at event {checked}, but the head in the database says {seq}: events were cut off or added."));
        } else if seq > checked && self.events(None, 1).await?.first().is_none_or(|last| last.seq < seq) {
            findings.push(format!("Events {} to {seq} were cut off.", checked + 1));
        } else if outside.is_none() && checked > 0 {
            findings.push("The head kept outside the database is gone: whether events were cut off cannot be told.".into());
        } else if !outside_seen {
            let there = outside.map_or(0, |(seq, _)| seq);
            findings.push(format!("Events {} to {there} were cut off: the head kept outside the database knows of them.", checked + 1));
        }
        Ok(checked)
    }

    async fn verify_copies(&self, findings: &mut Vec<String>, each: &mut (dyn FnMut(i64, i64) + Send)) -> Result<i64, StoreError> {
        let total: i64 = read!(self, c => sqlx::query_scalar("select count(*) from copy").fetch_one(c).await)?;
        let (mut done, mut last, mut unsealed, mut sealed) = (0, 0, 0, 0);
        let mut unfit: Vec<String> = Vec::new();
        loop {
            let rows: Vec<Copy> = read!(self, c => sqlx::query_as(
                "select id, digest, message_id, size, pack, at, stored, seal from copy where id > $1 order by id limit $2")
                .bind(last).bind(AT_ONCE).fetch_all(c).await)?;
            if rows.is_empty() {
                if sealed > 1 && unfit.len() == sealed {
                    findings.push(format!(
                        "None of the {sealed} seals of copies fits: they were made under another key than the one at hand, or all were altered."
                    ));
                } else {
                    findings.append(&mut unfit);
                }
                if unsealed > 0 {
                    findings.push(format!(
                        "Copies without a seal: {unsealed}. They were stored by an earlier version, or their seals were taken away. “postroom verify --seal” seals those that are what was filed."
                    ));
                }
                return Ok(done);
            }
            for row in rows {
                last = row.id;
                done += 1;
                let place = Place { pack: row.pack.clone(), at: row.at.unsigned_abs(), stored: row.stored.unsigned_abs() };
                let Ok(digest) = <[u8; 32]>::try_from(row.digest) else {
                    findings.push(format!("The digest of copy {} of letter {} was altered.", row.id, row.message_id));
                    continue;
                };
                if self.packs.check(place, row.size.unsigned_abs(), digest).await.is_err() {
                    findings.push(format!(
                        "Copy {} of letter {} (pack {}, octet {}) is not what was stored.",
                        row.id, row.message_id, row.pack, row.at
                    ));
                }
                match row.seal {
                    None => unsealed += 1,
                    Some(seal) => {
                        sealed += 1;
                        if seal != self.keys.copy_code(&digest, row.size) {
                            unfit.push(format!(
                                "Copy {} of letter {} was altered together with its digest: its seal does not fit.",
                                row.id, row.message_id
                            ));
                        }
                    }
                }
            }
            each(done, total);
        }
    }
}
