//! Conversations: which letters answer which. Two letters are of one conversation when a chain of Message-IDs joins them: their own, and
//! those that References and In-Reply-To name. Never by subject.
//!
//! A Message-ID belongs to its conversation from the first letter on that names it, so a parent that comes after its answers finds them,
//! and a letter that names two conversations makes them one.

use crate::{
    Store, StoreError,
    db::{read, write},
};
use model::MessageId;
use sha2::{Digest, Sha256};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// What of a letter decides its conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threading {
    /// The letter.
    pub message: MessageId,
    /// Key of its Message-ID, 0 = none.
    pub key: i64,
    /// Keys of the Message-IDs it refers to.
    pub refers: Vec<i64>,
}

/// What a letter refers to, as one number; in whatever order and however often.
pub fn digest_of(refers: &[i64]) -> i64 {
    let mut digest = Sha256::new();
    for key in refers.iter().filter(|key| **key != 0).collect::<BTreeSet<_>>() {
        digest.update(key.to_be_bytes());
    }
    let digest = digest.finalize();
    i64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// Rows in one statement.
pub(crate) const AT_ONCE: usize = 400;

/// The conversation of a letter that has no Message-ID and names none. Keys are odd, so it is no other's.
pub(crate) fn alone(id: i64) -> i64 {
    id * 2
}

/// What is to be written for a batch of letters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Joined {
    /// Conversation by letter, and what it refers to, as one number.
    pub letters: Vec<(i64, i64, i64)>,
    /// Conversation by key, of keys that had none.
    pub keys: Vec<(i64, i64)>,
    /// Conversations that become part of another: which, and of which.
    pub merged: Vec<(i64, i64)>,
}

/// Joins a batch of letters, given the conversations that their keys have already.
pub(crate) fn join(entries: &[Threading], known: &HashMap<i64, i64>) -> Joined {
    let mut sets = Sets::default();
    for entry in entries {
        let mut first = None;
        for key in keys_of(entry) {
            let node = sets.node(Node::Key(key));
            if let Some(thread) = known.get(&key) {
                let thread = sets.node(Node::Thread(*thread));
                sets.unite(node, thread);
            }
            match first {
                Some(first) => sets.unite(first, node),
                None => first = Some(node),
            }
        }
    }
    // The oldest known conversation of each set keeps its number; a new one takes that of its smallest key.
    let mut number: HashMap<usize, (bool, i64)> = HashMap::new();
    for (at, node) in sets.nodes.clone().into_iter().enumerate() {
        let rank = match node {
            Node::Thread(thread) => (false, thread),
            Node::Key(key) => (true, key),
        };
        let root = sets.root(at);
        number.entry(root).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
    }
    let mut joined = Joined::default();
    for (at, node) in sets.nodes.clone().into_iter().enumerate() {
        let thread = number[&sets.root(at)].1;
        match node {
            Node::Key(key) if !known.contains_key(&key) => joined.keys.push((key, thread)),
            Node::Thread(other) if other != thread => joined.merged.push((other, thread)),
            _ => {}
        }
    }
    for entry in entries {
        let thread = match keys_of(entry).next() {
            Some(key) => {
                let node = sets.node(Node::Key(key));
                number[&sets.root(node)].1
            }
            None => alone(entry.message.0),
        };
        joined.letters.push((entry.message.0, thread, digest_of(&entry.refers)));
    }
    joined
}

fn keys_of(entry: &Threading) -> impl Iterator<Item = i64> {
    std::iter::once(entry.key).chain(entry.refers.iter().copied()).filter(|key| *key != 0)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Key(i64),
    Thread(i64),
}

/// Sets that are united (union-find with path halving).
#[derive(Default)]
struct Sets {
    nodes: Vec<Node>,
    parent: Vec<usize>,
    places: HashMap<Node, usize>,
}

impl Sets {
    fn node(&mut self, node: Node) -> usize {
        if let Some(at) = self.places.get(&node) {
            return *at;
        }
        let at = self.nodes.len();
        self.nodes.push(node);
        self.parent.push(at);
        self.places.insert(node, at);
        at
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[other] = one;
    }
}

/// Every key of these letters, once.
pub(crate) fn all_keys(entries: &[Threading]) -> Vec<i64> {
    entries.iter().flat_map(keys_of).collect::<BTreeSet<i64>>().into_iter().collect()
}

/// Puts letters into their conversations. The last part of a transaction: on PostgreSQL, who joins waits for who joined before, since two
/// imports at once may each bring half of what makes two conversations one.
macro_rules! join_threads {
    ($c:expr, $database:expr, $entries:expr) => {{
        use crate::threads::{AT_ONCE, Threading, all_keys, join};
        let entries: &[Threading] = $entries;
        if let Some(sql) = crate::dialect::in_turn($database).filter(|_| !entries.is_empty()) {
            sqlx::query(sql).execute(&mut *$c).await?;
        }
        let mut known: std::collections::HashMap<i64, i64> = std::collections::HashMap::new();
        for part in all_keys(entries).chunks(AT_ONCE) {
            let mut select = QueryBuilder::new("select message_key, thread from thread_key where message_key in (");
            let mut list = select.separated(", ");
            for key in part {
                list.push_bind(*key);
            }
            select.push(")");
            let found: Vec<(i64, i64)> = select.build_query_as().fetch_all(&mut *$c).await?;
            known.extend(found);
        }
        let joined = join(entries, &known);
        for (from, into) in &joined.merged {
            sqlx::query("update message_thread set thread = $2 where thread = $1").bind(from).bind(into).execute(&mut *$c).await?;
            sqlx::query("update thread_key set thread = $2 where thread = $1").bind(from).bind(into).execute(&mut *$c).await?;
        }
        for part in joined.keys.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into thread_key (message_key, thread) ");
            insert.push_values(part, |mut row, (key, thread)| {
                row.push_bind(*key).push_bind(*thread);
            });
            insert.build().execute(&mut *$c).await?;
        }
        for part in joined.letters.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into message_thread (message_id, thread, refers) ");
            insert.push_values(part, |mut row, (id, thread, refers)| {
                row.push_bind(*id).push_bind(*thread).push_bind(*refers);
            });
            insert.push(" on conflict (message_id) do update set thread = excluded.thread, refers = excluded.refers");
            insert.build().execute(&mut *$c).await?;
        }
    }};
}
pub(crate) use join_threads;

impl Store {
    /// Up to `limit` letters whose conversation is not known yet, newest first: each with the key of its Message-ID.
    pub async fn threads_waiting(&self, limit: i64) -> Result<Vec<(MessageId, i64)>, StoreError> {
        let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(
            "select m.id, m.message_key from thread_todo d join message m on m.id = d.message_id order by d.message_id desc limit $1")
            .bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, key)| (MessageId(id), key)).collect())
    }

    /// Puts letters into their conversations and takes them off the waiting list, in one transaction.
    pub async fn save_threads(&self, entries: &[Threading]) -> Result<(), StoreError> {
        let database = self.database();
        write!(self, c => {
            join_threads!(c, database, entries);
            for part in entries.chunks(AT_ONCE) {
                let mut delete = QueryBuilder::new("delete from thread_todo where message_id in (");
                let mut list = delete.separated(", ");
                for entry in part {
                    list.push_bind(entry.message.0);
                }
                delete.push(")");
                delete.build().execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Whether a letter's conversation has all these Message-IDs (by key); asked for letters that were put there before it was kept what they
    /// refer to. One that waits for its conversation will have them.
    pub async fn is_threaded_with(&self, letter: MessageId, keys: &[i64]) -> Result<bool, StoreError> {
        let waits: Option<i64> = read!(self, c => sqlx::query_scalar("select message_id from thread_todo where message_id = $1").bind(letter.0).fetch_optional(c).await)?;
        if waits.is_some() {
            return Ok(true);
        }
        for key in keys.iter().filter(|key| **key != 0) {
            let found: Option<i64> = read!(self, c => sqlx::query_scalar(
                "select k.message_key from thread_key k join message_thread t on t.thread = k.thread and t.message_id = $1 where k.message_key = $2")
                .bind(letter.0).bind(key).fetch_optional(c).await)?;
            if found.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The conversations of letters, by number; one whose conversation is not known yet stands alone. Scope is the caller's.
    pub async fn threads_of(&self, letters: &[MessageId]) -> Result<HashMap<MessageId, i64>, StoreError> {
        let mut threads: HashMap<MessageId, i64> = letters.iter().map(|id| (*id, alone(id.0))).collect();
        for part in letters.chunks(crate::history::AT_ONCE) {
            let ids: Vec<i64> = part.iter().map(|id| id.0).collect();
            let sql = format!("select message_id, thread from message_thread where message_id in ({})", crate::history::id_list(&ids));
            let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?;
            threads.extend(rows.into_iter().map(|(id, thread)| (MessageId(id), thread)));
        }
        Ok(threads)
    }
}

/// Takes the conversation of a letter apart that refers to something else now: all its letters wait to be put together anew. In turn with
/// who joins: an import that read the conversation's number a moment ago would go on with half of it.
macro_rules! take_apart {
    ($c:expr, $database:expr, $letter:expr, $refers:expr) => {{
        if let Some(sql) = crate::dialect::in_turn($database) {
            sqlx::query(sql).execute(&mut *$c).await?;
        }
        let was: Option<(i64, Option<i64>)> = sqlx::query_as("select thread, refers from message_thread where message_id = $1")
            .bind($letter)
            .fetch_optional(&mut *$c)
            .await?;
        if let Some((thread, was)) = was
            && was != Some(crate::threads::digest_of($refers))
        {
            for sql in [
                "insert into thread_todo (message_id) select message_id from message_thread where thread = $1 on conflict do nothing",
                "delete from message_thread where thread = $1",
                "delete from thread_key where thread = $1",
            ] {
                sqlx::query(sql).bind(thread).execute(&mut *$c).await?;
            }
        }
    }};
}
pub(crate) use take_apart;

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(id: i64, key: i64, refers: &[i64]) -> Threading {
        Threading { message: MessageId(id), key, refers: refers.to_vec() }
    }

    #[test]
    fn what_a_letter_refers_to_is_one_number_in_any_order() {
        assert_eq!(digest_of(&[3, 1, 1, 0]), digest_of(&[1, 3]));
        assert_ne!(digest_of(&[1]), digest_of(&[1, 3]));
        assert_ne!(digest_of(&[]), digest_of(&[1]));
    }

    #[test]
    fn a_letter_that_names_two_conversations_makes_them_one() {
        let known = HashMap::from([(11, 5), (21, 7)]);
        let joined = join(&[letter(1, 31, &[11, 21]), letter(2, 0, &[]), letter(3, 41, &[51])], &known);
        let threads: Vec<(i64, i64)> = joined.letters.iter().map(|(id, thread, _)| (*id, *thread)).collect();
        assert_eq!(threads, [(1, 5), (2, 4), (3, 41)]);
        assert_eq!(joined.merged, [(7, 5)]);
        assert_eq!(joined.keys, [(31, 5), (41, 41), (51, 41)]);
    }
}
