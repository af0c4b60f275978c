//! The sending side of an account is taken away, with all that uses it.

use crate::{NewEvent, Store, StoreError, accounts::mark_own_addresses, audit::append_event, db::write};
use model::AccountId;

/// Takes the sending side away in the transaction at hand, unless letters still wait to leave by it. Evaluates to how many sending sides that
/// were: none or one.
macro_rules! stop_sending_for_good {
    ($c:expr, $id:expr) => {{
        let on_their_way: i64 = sqlx::query_scalar(
            "select count(*) from outbox where account_id = $1 and settled_at is null and state not in ('sent', 'refused', 'withdrawn')",
        )
        .bind($id.0)
        .fetch_one(&mut *$c)
        .await?;
        if on_their_way > 0 {
            return Err(StoreError::Conflict("account_has_letters_on_their_way"));
        }
        let mut removed = 0;
        for own in crate::sending_end::FORGET_SENDING {
            removed = sqlx::query(*own).bind($id.0).execute(&mut *$c).await?.rows_affected();
        }
        removed
    }};
}
pub(crate) use stop_sending_for_good;

impl Store {
    /// Takes the sending side away: no service uses it any more. The account itself stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an account without one, [`StoreError::Conflict`] `account_has_letters_on_their_way`.
    pub async fn remove_sending(&self, id: AccountId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            if stop_sending_for_good!(c, id) == 0 {
                return Err(StoreError::NotFound);
            }
            mark_own_addresses!(c);
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}

/// What goes when an account sends no more; the last one is the sending side itself.
pub(crate) const FORGET_SENDING: &[&str] = &[
    "delete from service_override where account_id = $1 or service_id in (select id from service where account_id = $1)",
    "update web_configuration set service_id = null where service_id in (select id from service where account_id = $1)",
    "delete from service where account_id = $1",
    "delete from send_as where account_id = $1",
    "delete from sending where account_id = $1",
];
