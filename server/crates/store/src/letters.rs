//! One letter: who may see it, where it was seen, whose history it is in, and its bytes.

use crate::{Octets, Scope, Store, StoreError, db::read, packs::Place};
use model::{AddressRole, Direction, Mailbox, MessageId, OnFileOf, SightingView};

/// Whether the viewer (`$1`, `$2`) may see the letter `m`: it is in an account of his or hers, or in the history of a client
/// he or she may open (O28, P23). Everything else is nobody's but the owner's. The office's own addresses never count as a client's:
/// put on a file, they would open a colleague's whole mailbox.
macro_rules! visible {
    () => {
        concat!(
            "($1 = -1
              or exists (select 1 from sighting s join folder f on f.id = s.folder_id join account a on a.id = f.account_id
                 where s.message_id = m.id and (a.owner_id = $1
                   or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1)))
              or exists (select 1 from outbox o join account a on a.id = o.account_id where o.filed_as = m.id and (o.by_user = $1 or a.owner_id = $1
                   or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1)))
              or exists (select 1 from message_address ma join party_address pa on pa.address_id = ma.address_id
                   and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
                 join party p on p.id = pa.party_id join address ad on ad.id = pa.address_id and ad.is_own = 0
                 where ma.message_id = m.id and ",
            crate::history::client_scope!(),
            " and not exists (select 1 from filing k where k.message_id = m.id and k.party_id = p.id and k.decision = 'keep_off'))
              or exists (select 1 from filing k join party p on p.id = k.party_id
                 where k.message_id = m.id and k.decision = 'belongs' and ",
            crate::history::client_scope!(),
            "))"
        )
    };
}
pub(crate) use visible;

/// Whether the viewer (`$1`) may know the name of the account `a` and of its folders: the office's own accounts, one's own, shared ones.
macro_rules! account_is_named {
    () => {
        "($1 = -1 or a.owner_id is null or a.owner_id = $1
           or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1))"
    };
}
pub(crate) use account_is_named;

/// A letter larger than this (octets) is not held whole while it is read.
const HELD_AT_MOST: i64 = 8 << 20;

/// A letter as stored.
#[derive(Debug, Clone)]
pub struct LetterRecord {
    /// Id.
    pub id: MessageId,
    /// Subject.
    pub subject: String,
    /// Sort date, ms.
    pub date: i64,
    /// Date header as written.
    pub date_header: String,
    /// Received header's date, ms.
    pub received_at: Option<i64>,
    /// The Date header is missing or implausible.
    pub date_looks_wrong: bool,
    /// Which way it went.
    pub direction: Direction,
    /// People by header.
    pub people: Vec<(AddressRole, Mailbox)>,
    /// Message-ID.
    pub message_id: String,
    /// There is an HTML part.
    pub has_html: bool,
    /// It asks for pictures from the network.
    pub remote_content: bool,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Remarks of the reader.
    pub remarks: Vec<String>,
    /// Octets.
    pub size: i64,
    /// Where it was seen.
    pub sightings: Vec<SightingView>,
    /// Other letters that claim its Message-ID, as far as the viewer may see them.
    pub variants: Vec<(MessageId, String, i64)>,
    /// Clients in scope whose history it is in, and why.
    pub clients: Vec<OnFileOf>,
}

/// A stored copy.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CopyRow {
    /// Id.
    pub id: i64,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
    /// Octets.
    pub size: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    subject: String,
    date: i64,
    date_header: String,
    received_at: Option<i64>,
    date_looks_wrong: i64,
    is_own: i64,
    message_id: String,
    message_key: i64,
    has_html: i64,
    remote_content: i64,
    unreadable: Option<String>,
    remarks: String,
    size: i64,
}

#[derive(sqlx::FromRow)]
struct CopyPlace {
    digest: Vec<u8>,
    size: i64,
    pack: String,
    at: i64,
    stored: i64,
}

/// Account, folder, when it was seen and when it was gone, ms; folder, epoch and UID.
type Sighted = (String, String, i64, Option<i64>, i64, i64, i64);

impl Store {
    /// Whether the letter exists and the viewer may see it.
    pub async fn may_see(&self, scope: Scope, id: MessageId) -> Result<bool, StoreError> {
        let (user, all) = scope.binds();
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            concat!("select m.id from message m where m.id = $3 and ", visible!()))
            .bind(user).bind(all).bind(id.0).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// A letter, if the viewer may see it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] otherwise: there is no telling the two apart.
    pub async fn letter(&self, scope: Scope, id: MessageId) -> Result<LetterRecord, StoreError> {
        let (user, all) = scope.binds();
        let row: Row = read!(self, c => sqlx::query_as(concat!(
            "select m.subject, m.date, m.date_header, m.received_at, m.date_looks_wrong, coalesce(f.is_own, 0) as is_own, m.message_id,
                    m.message_key, m.has_html, m.remote_content, m.unreadable, m.remarks, m.size
             from message m left join address f on f.id = m.from_id where m.id = $3 and ", visible!()))
            .bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        Ok(LetterRecord {
            id,
            date: row.date,
            date_header: row.date_header,
            received_at: row.received_at,
            date_looks_wrong: row.date_looks_wrong != 0,
            direction: if row.is_own != 0 { Direction::Sent } else { Direction::Received },
            people: self.people_of(id).await?,
            variants: self.variants_of(scope, id, row.message_key, &row.message_id).await?,
            sightings: self.sightings_of(scope, id).await?,
            clients: self.clients_with(scope, &[id]).await?.remove(&id).unwrap_or_default(),
            subject: row.subject,
            message_id: row.message_id,
            has_html: row.has_html != 0,
            remote_content: row.remote_content != 0,
            unreadable: row.unreadable,
            remarks: row.remarks.lines().map(str::to_owned).collect(),
            size: row.size,
        })
    }

    async fn people_of(&self, id: MessageId) -> Result<Vec<(AddressRole, Mailbox)>, StoreError> {
        let rows: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(
            "select ma.role, ma.name, a.address from message_address ma join address a on a.id = ma.address_id
             where ma.message_id = $1 order by ma.role, ma.position")
            .bind(id.0).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(|(role, name, address)| Some((AddressRole::from_code(role)?, Mailbox { name, address }))).collect())
    }

    async fn variants_of(&self, scope: Scope, id: MessageId, key: i64, header: &str) -> Result<Vec<(MessageId, String, i64)>, StoreError> {
        if key == 0 {
            return Ok(Vec::new());
        }
        let (user, all) = scope.binds();
        let rows: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select m.id, m.subject, m.date from message m where m.message_key = $3 and m.message_key <> 0 and m.message_id = $4 and m.id <> $5 and ", visible!(),
            " order by m.date, m.id limit 20"))
            .bind(user).bind(all).bind(key).bind(header).bind(id.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, subject, date)| (MessageId(id), subject, date)).collect())
    }

    /// Names of a private mailbox and its folders are its owner's: others only learn that the letter was seen in one (P23).
    async fn sightings_of(&self, scope: Scope, id: MessageId) -> Result<Vec<SightingView>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<Sighted> = read!(self, c => sqlx::query_as(concat!(
            "select case when ", account_is_named!(), " then a.name else 'A private mailbox' end,
                    case when ", account_is_named!(), " then f.name else '' end, s.seen_at, s.gone_at, s.folder_id, s.epoch, s.uid
             from sighting s join folder f on f.id = s.folder_id join account a on a.id = f.account_id
             where s.message_id = $2 order by s.seen_at, 1, 2, s.uid"))
            .bind(user).bind(id.0).fetch_all(c).await)?;
        let labels: Vec<(i64, i64, i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select s.folder_id, s.epoch, s.uid, l.name from sighting s
             join letter_label k on k.folder_id = s.folder_id and k.epoch = s.epoch and k.uid = s.uid
             join label l on l.id = k.label_id join account a on a.id = l.account_id
             where s.message_id = $2 and ", account_is_named!(), " order by l.name"))
            .bind(user).bind(id.0).fetch_all(c).await)?;
        let at = |place: (i64, i64, i64)| {
            let here = labels.iter().filter(|(folder, epoch, uid, _)| (*folder, *epoch, *uid) == place);
            here.map(|(_, _, _, label)| label.clone()).collect()
        };
        Ok(rows
            .into_iter()
            .map(|(account, folder, seen_at, gone_at, place, epoch, uid)| SightingView {
                account,
                folder,
                seen_at,
                gone_at,
                labels: at((place, epoch, uid)),
            })
            .collect())
    }

    /// A letter's stored copies, oldest first. Scope is the caller's.
    pub async fn copies(&self, id: MessageId) -> Result<Vec<CopyRow>, StoreError> {
        Ok(
            read!(self, c => sqlx::query_as("select id, digest, size from copy where message_id = $1 order by id").bind(id.0).fetch_all(c).await)?,
        )
    }

    /// The bytes of a letter's first copy, if the viewer may see it; verified against their digest.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Inconsistent`] when the stored bytes changed.
    pub async fn raw(&self, scope: Scope, id: MessageId) -> Result<Vec<u8>, StoreError> {
        self.read_copy(self.first_copy(scope, id).await?).await
    }

    /// The same without holding a large letter: it comes in a spool.
    ///
    /// # Errors
    /// As [`Store::raw`].
    pub async fn octets(&self, scope: Scope, id: MessageId) -> Result<Octets, StoreError> {
        self.octets_of(self.first_copy(scope, id).await?).await
    }

    /// The octets of one copy, by its digest. Scope is the caller's.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when they are not those of the digest.
    pub async fn copy_octets(&self, digest: &[u8; 32]) -> Result<Octets, StoreError> {
        self.octets_of(self.copy_place(digest).await?).await
    }

    async fn octets_of(&self, row: CopyPlace) -> Result<Octets, StoreError> {
        if row.size <= HELD_AT_MOST {
            return Ok(self.read_copy(row).await?.into());
        }
        let (place, size, digest) = row.place()?;
        Ok(self.packs.read_spooled(place, size, digest, self.spool()?).await?.into())
    }

    async fn first_copy(&self, scope: Scope, id: MessageId) -> Result<CopyPlace, StoreError> {
        if !self.may_see(scope, id).await? {
            return Err(StoreError::NotFound);
        }
        Ok(read!(self, c => sqlx::query_as("select digest, size, pack, at, stored from copy where message_id = $1 order by id limit 1")
            .bind(id.0).fetch_one(c).await)?)
    }

    /// The bytes of one copy, by its digest. Scope is the caller's.
    pub async fn copy_bytes(&self, digest: &[u8; 32]) -> Result<Vec<u8>, StoreError> {
        self.read_copy(self.copy_place(digest).await?).await
    }

    async fn copy_place(&self, digest: &[u8; 32]) -> Result<CopyPlace, StoreError> {
        Ok(read!(self, c => sqlx::query_as("select digest, size, pack, at, stored from copy where digest = $1")
            .bind(&digest[..]).fetch_one(c).await)?)
    }

    async fn read_copy(&self, row: CopyPlace) -> Result<Vec<u8>, StoreError> {
        let (place, size, digest) = row.place()?;
        self.packs.read(place, size, digest).await
    }
}

impl CopyPlace {
    fn place(self) -> Result<(Place, u64, [u8; 32]), StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("copy.{column} cannot be read"));
        let digest = self.digest.try_into().map_err(|_| odd("digest"))?;
        let place = Place {
            pack: self.pack,
            at: u64::try_from(self.at).map_err(|_| odd("at"))?,
            stored: u64::try_from(self.stored).map_err(|_| odd("stored"))?,
        };
        Ok((place, u64::try_from(self.size).map_err(|_| odd("size"))?, digest))
    }
}
