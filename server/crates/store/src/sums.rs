//! Sums of the ledger, kept beside the sightings: pages read one row a folder, whatever the folder holds.
//!
//! They follow every window that is saved, and every census counts anew what it passes, so that they can never drift for long.

/// Counts sightings into the sums from nothing: after a restore.
pub(crate) const RECOUNT_ALL: &str = "insert into ledger_sum (folder_id, epoch, filed, elsewhere, excluded, errored)
    select f.id, f.epoch,
      coalesce(sum(case when s.outcome = 'filed' then 1 else 0 end), 0), coalesce(sum(case when s.outcome = 'elsewhere' then 1 else 0 end), 0),
      coalesce(sum(case when s.outcome = 'excluded' then 1 else 0 end), 0), coalesce(sum(case when s.outcome = 'errored' then 1 else 0 end), 0)
    from folder f left join sighting s on s.folder_id = f.id and s.epoch = f.epoch and s.gone_at is null
    group by f.id, f.epoch";

/// How many of these UIDs are on the server with which outcome; evaluates to four numbers.
macro_rules! outcomes_of {
    ($c:expr, $folder:expr, $epoch:expr, $uids:expr) => {{
        let mut counts = [0_i64; 4];
        for some in $uids.chunks(400) {
            // Counted here: grouped by the database, SQLite would go through all letters of the folder in the order of their outcomes.
            let mut select = sqlx::QueryBuilder::new("select outcome from sighting where gone_at is null and folder_id = ");
            select.push_bind($folder.0).push(" and epoch = ").push_bind($epoch).push(" and uid in (");
            let mut list = select.separated(", ");
            for uid in some {
                list.push_bind(*uid);
            }
            select.push(")");
            let found: Vec<String> = select.build_query_scalar().fetch_all(&mut *$c).await?;
            for outcome in found {
                counts[crate::sums::place_of(&outcome)?] += 1;
            }
        }
        counts
    }};
}
pub(crate) use outcomes_of;

/// Adds what a window changed; the difference of two [`outcomes_of`].
macro_rules! add_to_sums {
    ($c:expr, $folder:expr, $epoch:expr, $before:expr, $after:expr) => {{
        let change: Vec<i64> = $after.iter().zip($before).map(|(after, before)| after - before).collect();
        if change.iter().any(|change| *change != 0) {
            sqlx::query(
                "insert into ledger_sum (folder_id, epoch, filed, elsewhere, excluded, errored) values ($1, $2, $3, $4, $5, $6)
                 on conflict (folder_id) do update set filed = ledger_sum.filed + excluded.filed,
                   elsewhere = ledger_sum.elsewhere + excluded.elsewhere, excluded = ledger_sum.excluded + excluded.excluded,
                   errored = ledger_sum.errored + excluded.errored where ledger_sum.epoch = excluded.epoch",
            )
            .bind($folder.0)
            .bind($epoch)
            .bind(change[0])
            .bind(change[1])
            .bind(change[2])
            .bind(change[3])
            .execute(&mut *$c)
            .await?;
        }
    }};
}
pub(crate) use add_to_sums;

/// Puts the sums that a census counted.
macro_rules! set_sums {
    ($c:expr, $folder:expr, $epoch:expr, $counts:expr) => {{
        sqlx::query(
            "insert into ledger_sum (folder_id, epoch, filed, elsewhere, excluded, errored) values ($1, $2, $3, $4, $5, $6)
             on conflict (folder_id) do update set epoch = excluded.epoch, filed = excluded.filed, elsewhere = excluded.elsewhere,
               excluded = excluded.excluded, errored = excluded.errored",
        )
        .bind($folder.0)
        .bind($epoch)
        .bind($counts[0])
        .bind($counts[1])
        .bind($counts[2])
        .bind($counts[3])
        .execute(&mut *$c)
        .await?;
    }};
}
pub(crate) use set_sums;

/// Where an outcome is counted: filed, elsewhere, excluded, errored.
pub(crate) fn place_of(outcome: &str) -> Result<usize, crate::StoreError> {
    ["filed", "elsewhere", "excluded", "errored"]
        .iter()
        .position(|known| *known == outcome)
        .ok_or_else(|| crate::StoreError::Inconsistent(format!("sighting.outcome holds {outcome:?}")))
}
