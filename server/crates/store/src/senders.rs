//! Senders: who a person is on the letters that he or she writes (FN-10 to FN-16).

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{Sender, UserId};

#[derive(sqlx::FromRow)]
struct Row {
    user_id: i64,
    name: String,
    address: String,
    job_title: String,
    telephone: String,
    field1: String,
    field2: String,
    field3: String,
    field4: String,
    field5: String,
    field6: String,
    may_send: i64,
}

impl From<Row> for (UserId, Sender) {
    fn from(row: Row) -> Self {
        let sender = Sender {
            name: row.name,
            address: row.address,
            job_title: row.job_title,
            telephone: row.telephone,
            fields: [row.field1, row.field2, row.field3, row.field4, row.field5, row.field6],
            may_send: row.may_send != 0,
        };
        (UserId(row.user_id), sender)
    }
}

/// The start of every statement that reads senders.
macro_rules! select_sender {
    ($rest:literal) => {
        concat!(
            "select user_id, name, address, job_title, telephone, field1, field2, field3, field4, field5, field6, may_send from sender ",
            $rest
        )
    };
}

impl Store {
    /// A person's sender; `None` = not set up.
    pub async fn sender(&self, user: UserId) -> Result<Option<Sender>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(select_sender!("where user_id = $1")).bind(user.0).fetch_optional(c).await)?;
        Ok(row.map(|row| <(UserId, Sender)>::from(row).1))
    }

    /// Every sender.
    pub async fn senders(&self) -> Result<Vec<(UserId, Sender)>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_sender!("order by user_id")).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Keeps a person's sender; the address is canonical, texts are checked by the caller.
    pub async fn keep_sender(&self, user: UserId, new: &Sender, event: &NewEvent) -> Result<(), StoreError> {
        let [one, two, three, four, five, six] = &new.fields;
        let head = write!(self, c => {
            sqlx::query(
                "insert into sender (user_id, name, address, job_title, telephone, field1, field2, field3, field4, field5, field6, may_send)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 on conflict (user_id) do update set name = excluded.name, address = excluded.address, job_title = excluded.job_title,
                   telephone = excluded.telephone, field1 = excluded.field1, field2 = excluded.field2, field3 = excluded.field3,
                   field4 = excluded.field4, field5 = excluded.field5, field6 = excluded.field6, may_send = excluded.may_send")
                .bind(user.0).bind(&new.name).bind(&new.address).bind(&new.job_title).bind(&new.telephone)
                .bind(one).bind(two).bind(three).bind(four).bind(five).bind(six).bind(i64::from(new.may_send))
                .execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
