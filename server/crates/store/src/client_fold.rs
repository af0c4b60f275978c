//! Clients of before are folded when the store is opened: after an update, after a restore, and when the folding itself has changed.

use crate::{
    Store, StoreError,
    db::{read, write},
    fold::{code_key, fold, search_text},
};
use std::collections::HashMap;

/// Goes up when [`fold`] or [`code_key`] answers differently.
const VERSION: &str = "1";
const SETTING: &str = "client_fold";

impl Store {
    /// Brings names, words and codes of all clients into the folded form, if that was not done yet. Of clients whose codes differ
    /// only by capitals the first one keeps the code to itself; the others stay on file until somebody merges or renames them.
    pub(crate) async fn refold_clients(&self) -> Result<(), StoreError> {
        let version = self.setting(SETTING).await?;
        let missing: i64 = read!(self, c => sqlx::query_scalar(
            "select count(*) from party p where p.kind = 'client' and not exists (select 1 from client_code k where k.party_id = p.id)
               and not exists (select 1 from client_merged gone where gone.party_id = p.id)").fetch_one(c).await)?;
        // A store without clients stays as it is: a backup with its own settings may be restored into it.
        let clients: i64 = read!(self, c => sqlx::query_scalar("select count(*) from party where kind = 'client'").fetch_one(c).await)?;
        if clients == 0 || (version.as_deref() == Some(VERSION) && missing == 0) {
            return Ok(());
        }
        let twins: Vec<i64> = write!(self, c => {
            // One process at a time: what the first has done, the second finds done.
            sqlx::query("insert into setting (name, value) values ($1, '') on conflict (name) do update set value = excluded.value")
                .bind(SETTING).execute(&mut *c).await?;
            let clients: Vec<(i64, String, String)> =
                sqlx::query_as("select id, code, name from party where kind = 'client' order by id").fetch_all(&mut *c).await?;
            let on_file: Vec<(i64, String)> = sqlx::query_as(
                "select pa.party_id, a.address from party_address pa join address a on a.id = pa.address_id
                 order by pa.party_id, pa.person desc, pa.slot").fetch_all(&mut *c).await?;
            let mut addresses: HashMap<i64, Vec<String>> = HashMap::new();
            for (id, address) in on_file {
                addresses.entry(id).or_default().push(address);
            }
            // Keys may all have changed. Codes that lead to the survivor of a merger stand nowhere else, so they are kept.
            let kept: Vec<(String, i64)> = sqlx::query_as("select code, party_id from client_code order by party_id, code_key").fetch_all(&mut *c).await?;
            let merged: Vec<(i64, i64)> = sqlx::query_as("select party_id, into_id from client_merged where into_id is not null").fetch_all(&mut *c).await?;
            let merged: HashMap<i64, i64> = merged.into_iter().collect();
            sqlx::query("delete from client_code").execute(&mut *c).await?;
            let mut taken: HashMap<String, i64> = HashMap::new();
            let own = clients.iter().filter(|(id, _, _)| !merged.contains_key(id)).map(|(id, code, _)| (code.as_str(), *id));
            let mut twins = Vec::new();
            for (code, id) in own.chain(kept.iter().map(|(code, id)| (code.as_str(), *id))) {
                let key = code_key(code);
                match taken.get(&key) {
                    Some(owner) if *owner != id => twins.push(id),
                    Some(_) => {}
                    None => {
                        sqlx::query("insert into client_code (code_key, code, party_id) values ($1, $2, $3)")
                            .bind(&key).bind(code).bind(id).execute(&mut *c).await?;
                        taken.insert(key, id);
                    }
                }
            }
            let mut also: HashMap<i64, Vec<&str>> = HashMap::new();
            for (code, owner) in &kept {
                also.entry(*owner).or_default().push(code);
            }
            for (id, code, name) in &clients {
                let codes = also.get(id).into_iter().flatten().copied().filter(|other| code_key(other) != code_key(code));
                let text = search_text(code, name, addresses.get(id).into_iter().flatten().map(String::as_str).chain(codes));
                sqlx::query("update party set sort_name = $2, search_text = $3 where id = $1")
                    .bind(id).bind(fold(name)).bind(text).execute(&mut *c).await?;
            }
            sqlx::query("update setting set value = $2 where name = $1").bind(SETTING).bind(VERSION).execute(&mut *c).await?;
            Ok(twins)
        })?;
        if !twins.is_empty() {
            tracing::warn!(clients = twins.len(), "Clients share their code with another client save for capitals: merge or rename them");
        }
        Ok(())
    }
}
