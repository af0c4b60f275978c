//! Places for uploaded archives: one import at a time into an account, two in the office. Whoever comes third is told so, while it is still
//! known which file was meant.

use model::{AccountId, Problem};
use std::sync::{Arc, Mutex, PoisonError};

/// Uploads that are imported at the same time.
const AT_ONCE: usize = 2;

/// An import by its number; the account is known a little later.
type Taken = (u64, Option<AccountId>);

/// Who is at it.
#[derive(Debug, Clone, Default)]
pub(super) struct Imports(Arc<Mutex<Vec<Taken>>>);

/// A place; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    imports: Imports,
    number: u64,
}

impl Imports {
    /// A place for one more import.
    ///
    /// # Errors
    /// [`Problem::Invalid`] beside the file when all are taken.
    pub(super) fn place(&self) -> Result<Place, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= AT_ONCE {
            let words =
                format!("{AT_ONCE} other files are being imported at the moment. Choose this one again when one of them is through");
            return Err(Problem::field("file", &words));
        }
        let number = taken.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
        taken.push((number, None));
        Ok(Place { imports: self.clone(), number })
    }
}

impl Place {
    /// Says into which account the import goes.
    ///
    /// # Errors
    /// [`Problem::Invalid`] beside the account when another one goes there.
    pub(super) fn take(&mut self, account: AccountId) -> Result<(), Problem> {
        let mut taken = self.imports.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.iter().any(|(_, of)| *of == Some(account)) {
            let words = "Another file is being imported into this archive at the moment. Choose this one again when that is through";
            return Err(Problem::field("account", words));
        }
        taken.iter_mut().filter(|(number, _)| *number == self.number).for_each(|(_, of)| *of = Some(account));
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.imports.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(number, _)| *number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_import_into_an_account_and_two_in_the_office() {
        let imports = Imports::default();
        let refused = |outcome: Result<(), Problem>| match outcome {
            Err(Problem::Invalid(errors)) => ["account", "file"].into_iter().find(|field| errors.of(field).is_some()),
            _ => None,
        };
        let mut first = imports.place().unwrap();
        first.take(AccountId(1)).unwrap();
        let mut second = imports.place().unwrap();
        assert_eq!(refused(second.take(AccountId(1))), Some("account"));
        second.take(AccountId(2)).unwrap();
        assert_eq!(refused(imports.place().map(|_| ())), Some("file"), "the third is told so");
        drop(first);
        imports.place().unwrap().take(AccountId(1)).unwrap();
    }
}
