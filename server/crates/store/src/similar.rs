//! Addresses that are almost the same: what a misspelling on a client's file looks like (FP-34).

use crate::{Scope, Store, StoreError, db::read, letters::visible};

/// Addresses compared at most: those that begin alike.
const COMPARED: i64 = 5000;
/// Letters counted at most.
const COUNTED: i64 = 1000;

impl Store {
    /// How many letters carry this address, as far as the viewer may see them and up to a thousand; and the newest one's date.
    pub async fn letters_with(&self, scope: Scope, address: &str) -> Result<(i64, Option<i64>), StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_as(concat!(
            "select count(*), max(t.date) from (select distinct m.id, m.date from address a join message_address w on w.address_id = a.id
               join message m on m.id = w.message_id where a.address = $3 and ", visible!(), " order by m.date desc limit $4) t"))
            .bind(user).bind(all).bind(address).bind(COUNTED).fetch_one(c).await)?)
    }

    /// Addresses that are almost this one and stand on letters that the viewer may see, the likest first, with how many letters.
    /// Two that begin differently are not found: then the whole list would have to be read.
    pub async fn similar_addresses(&self, scope: Scope, address: &str, limit: usize) -> Result<Vec<(String, i64)>, StoreError> {
        let beginning: String = address.chars().take(2).collect();
        let end = format!("{beginning}\u{10ffff}");
        let candidates: Vec<String> = read!(self, c => sqlx::query_scalar(
            "select address from address where address >= $1 and address < $2 and address <> $3 and is_own = 0 order by address limit $4")
            .bind(&beginning).bind(&end).bind(address).bind(COMPARED).fetch_all(c).await)?;
        let mut alike: Vec<(usize, String)> =
            candidates.into_iter().filter_map(|other| distance(address, &other).map(|distance| (distance, other))).collect();
        alike.sort();
        let mut found = Vec::new();
        for (_, other) in alike.into_iter().take(limit * 3) {
            let (letters, _) = self.letters_with(scope, &other).await?;
            if letters > 0 {
                found.push((other, letters));
            }
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }
}

/// Names that many a house has: the same one at another provider says nothing.
const COMMON: &[&str] =
    &["office", "contact", "admin", "support", "sales", "hello", "enquiries", "reception", "noreply", "no-reply", "newsletter"];

/// How far apart two addresses are, if they could be meant for each other: up to two slips, or the same name at another provider.
fn distance(one: &str, other: &str) -> Option<usize> {
    let ((name, domain), (other_name, other_domain)) = (one.rsplit_once('@')?, other.rsplit_once('@')?);
    let (names, domains) = (slips(name, other_name), slips(domain, other_domain));
    // A short name is soon another person's.
    let few = if name.chars().count() > 4 { 2 } else { 1 };
    match (names, domains) {
        (0, far) if name.chars().count() > 4 && !COMMON.contains(&name) => Some(far.min(3)),
        (names, domains) if names <= few && names + domains <= 2 => Some(names + domains),
        _ => None,
    }
}

/// Letters to add, drop, change or swap with their neighbour to make one text of the other.
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 3 {
        return one.len().abs_diff(other.len());
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_slip_of_the_pen_is_seen_and_another_person_is_not() {
        // FP-34
        for (one, other) in [
            ("jo.hartley@example.com", "jo.hartly@example.com"),
            ("jo.hartley@example.com", "jo.hatrley@example.com"),
            ("jo.hartley@example.com", "jo.hartley@exmaple.com"),
            ("jo.hartley@example.com", "jo.hartley@elsewhere.example"),
            ("jo@example.com", "jo@example.co"),
        ] {
            assert!(distance(one, other).is_some(), "{one} {other}");
        }
        for (one, other) in [
            ("jo@example.com", "jim@example.com"),
            ("jo@example.com", "jo@elsewhere.example"),
            ("jo.hartley@example.com", "jo.harper@example.com"),
            ("info@one.example", "info@two.example"),
            ("office@one.example", "office@two.example"),
        ] {
            assert!(distance(one, other).is_none(), "{one} {other}");
        }
    }
}
