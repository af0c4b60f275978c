//! Who has which letter of Email Management open: two people who work on one letter see each other, whatever node answers them. What counts
//! (who has taken a letter, who has dealt with it) stands elsewhere; this is forgotten after minutes.

use crate::{
    Store, StoreError,
    db::{read, write},
};
use model::{Managed, UserId};

impl Store {
    /// Who else has a letter open now, by name; and until when (ms) this user is known to.
    pub async fn lookers(&self, id: Managed, who: UserId, now: i64) -> Result<(Vec<String>, Option<i64>), StoreError> {
        let looks: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
            "select u.id, u.name, k.expires_at from letter_look k join app_user u on u.id = k.user_id
             where k.account_id = $1 and k.message_id = $2 and k.expires_at > $3 order by u.name, u.id")
            .bind(id.account.0).bind(id.letter.0).bind(now).fetch_all(c).await)?;
        let own = looks.iter().find(|(user, ..)| *user == who.0).map(|(_, _, until)| *until);
        Ok((looks.into_iter().filter(|(user, ..)| *user != who.0).map(|(_, name, _)| name).collect(), own))
    }

    /// Somebody has a letter open until then, and no other.
    pub async fn look_at(&self, id: Managed, who: UserId, now: i64, until: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from letter_look where expires_at <= $1").bind(now).execute(&mut *c).await?;
            sqlx::query("insert into letter_look (user_id, account_id, message_id, expires_at) values ($1, $2, $3, $4)
                 on conflict (user_id) do update set account_id = excluded.account_id, message_id = excluded.message_id, expires_at = excluded.expires_at")
                .bind(who.0).bind(id.account.0).bind(id.letter.0).bind(until).execute(&mut *c).await?;
            Ok(())
        })
    }
}
