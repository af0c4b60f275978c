//! Labels of letters at Google (P11): a letter lies in one folder there and carries labels. They belong to the place where the letter was
//! seen, follow the server, and decide nothing: neither whose letter it is nor what is missing.

use crate::{
    Scope, Store, StoreError,
    db::{read, write},
    letters::account_is_named,
};
use model::{FolderId, LabelId};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// Rows in one statement: far below the 32,766 parameters that SQLite takes.
const AT_ONCE: usize = 400;

/// How far the labels of a folder were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct LabelMark {
    /// The folder's numbering.
    pub epoch: i64,
    /// The change count up to which; `None` from a server that counts no changes.
    pub modseq: Option<i64>,
    /// When, ms; while they are followed for the first time, when that began.
    pub at: i64,
    /// While they are followed for the first time: letters below this id are still to be asked for. `None` = all are known.
    pub down_to: Option<i64>,
    /// How often the answer about what comes next could not be read, or did not come.
    pub tries: i64,
    /// How often in a row the server said no.
    pub refused: i64,
    /// Until when it is not asked, ms; 0 = it is.
    pub rest_until: i64,
}

impl Store {
    /// How far the labels of a folder were followed; `None` = never.
    pub async fn label_mark(&self, folder: FolderId) -> Result<Option<LabelMark>, StoreError> {
        Ok(read!(self, c => sqlx::query_as(
            "select epoch, modseq, at, down_to, tries, refused, rest_until from label_mark where folder_id = $1").bind(folder.0).fetch_optional(c).await)?)
    }

    /// Notes how far the labels of a folder were followed.
    pub async fn note_labels(&self, folder: FolderId, mark: LabelMark) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("insert into label_mark (folder_id, epoch, modseq, at, down_to, tries, refused, rest_until) values ($1, $2, $3, $4, $5, $6, $7, $8)
                 on conflict (folder_id) do update set epoch = excluded.epoch, modseq = excluded.modseq, at = excluded.at,
                   down_to = excluded.down_to, tries = excluded.tries, refused = excluded.refused, rest_until = excluded.rest_until")
                .bind(folder.0).bind(mark.epoch).bind(mark.modseq).bind(mark.at).bind(mark.down_to).bind(mark.tries)
                .bind(mark.refused).bind(mark.rest_until).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// The labels of these letters of a folder are from now on these, each letter's list whole. Names hold no NUL.
    pub async fn keep_labels(&self, folder: FolderId, epoch: i64, letters: &[(i64, Vec<String>)]) -> Result<(), StoreError> {
        let names: BTreeSet<&str> = letters.iter().flat_map(|(_, labels)| labels).map(String::as_str).collect();
        let names: Vec<&str> = names.into_iter().collect();
        write!(self, c => {
            let mut ids: HashMap<String, i64> = HashMap::new();
            for some in names.chunks(AT_ONCE) {
                for name in some {
                    sqlx::query("insert into label (account_id, name) select account_id, $2 from folder where id = $1 on conflict (account_id, name) do nothing")
                        .bind(folder.0).bind(*name).execute(&mut *c).await?;
                }
                let mut select = QueryBuilder::new("select name, id from label where account_id = (select account_id from folder where id = ");
                select.push_bind(folder.0).push(") and name in (");
                let mut list = select.separated(", ");
                for name in some {
                    list.push_bind(*name);
                }
                select.push(")");
                let found: Vec<(String, i64)> = select.build_query_as().fetch_all(&mut *c).await?;
                ids.extend(found);
            }
            for some in letters.chunks(AT_ONCE) {
                let mut delete = QueryBuilder::new("delete from letter_label where folder_id = ");
                delete.push_bind(folder.0).push(" and epoch = ").push_bind(epoch).push(" and uid in (");
                let mut list = delete.separated(", ");
                for (uid, _) in some {
                    list.push_bind(*uid);
                }
                delete.push(")");
                delete.build().execute(&mut *c).await?;
            }
            let rows: Vec<(i64, i64)> = letters
                .iter()
                .flat_map(|(uid, labels)| labels.iter().filter_map(|label| Some((*uid, *ids.get(label)?))))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            for some in rows.chunks(AT_ONCE) {
                let mut insert = QueryBuilder::new("insert into letter_label (folder_id, epoch, uid, label_id) ");
                insert.push_values(some, |mut row, (uid, label)| {
                    row.push_bind(folder.0).push_bind(epoch).push_bind(*uid).push_bind(*label);
                });
                insert.push(" on conflict do nothing");
                insert.build().execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Labels whose names the viewer may know: id, the label's name, the account's name.
    pub async fn named_labels(&self, scope: Scope) -> Result<Vec<(LabelId, String, String)>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(concat!(
            "select l.id, l.name, a.name from label l join account a on a.id = l.account_id where ", account_is_named!(), " order by l.id"))
            .bind(user).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, label, account)| (LabelId(id), label, account)).collect())
    }
}
