//! Which column of a list is what: by its name at first, by a person's choice afterwards.

use model::{FieldErrors, SLOTS};

/// What columns of lists of one kind can stand for.
pub trait Meaning: Copy + PartialEq + 'static {
    /// Reads a column's name; blanks, dashes, underscores and case do not matter.
    fn parse(name: &str) -> Option<Self>;
    /// Its word in forms and in errors: `code`, `self1`.
    fn word(self) -> String;
    /// What a list cannot do without, and how that is said.
    fn needed() -> &'static [(Self, &'static str)];
    /// Whether several columns may stand for it.
    fn repeats(self) -> bool {
        false
    }
}

/// A column's name without what does not matter.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A column of a list of clients that means something to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The office's own code.
    Code,
    /// Name.
    Name,
    /// Cost centre's name.
    CostCentre,
    /// An address of the client, slot 1 to 3.
    Myself(usize),
    /// An address of the partner, slot 1 to 3.
    Partner(usize),
}

impl Meaning for Column {
    fn parse(name: &str) -> Option<Self> {
        let folded = folded(name);
        match folded.as_str() {
            "code" | "clientcode" => return Some(Self::Code),
            "name" | "clientname" => return Some(Self::Name),
            "costcentre" | "costcenter" => return Some(Self::CostCentre),
            _ => {}
        }
        let slot = |rest: &str| rest.parse::<usize>().ok().filter(|slot| (1..=SLOTS as usize).contains(slot));
        match (folded.strip_prefix("self"), folded.strip_prefix("partner")) {
            (Some(rest), _) => slot(rest).map(Self::Myself),
            (_, Some(rest)) => slot(rest).map(Self::Partner),
            _ => None,
        }
    }

    fn word(self) -> String {
        match self {
            Self::Code => "code".into(),
            Self::Name => "name".into(),
            Self::CostCentre => "cost_centre".into(),
            Self::Myself(slot) => format!("self{slot}"),
            Self::Partner(slot) => format!("partner{slot}"),
        }
    }

    fn needed() -> &'static [(Self, &'static str)] {
        &[(Self::Code, "the client's code"), (Self::Name, "the client's name")]
    }
}

/// What each column of one list stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<C = Column>(Vec<Option<C>>);

impl<C: Meaning> Mapping<C> {
    /// What the names of the columns say. Columns that mean nothing to us are passed over.
    pub fn detect(header: &[String]) -> Self {
        Self(header.iter().map(|name| C::parse(name)).collect())
    }

    /// What a person chose, a word a column; `None` when it is not about this list.
    pub fn chosen(words: &[String], width: usize) -> Option<Self> {
        let column = |word: &String| if word.is_empty() { Some(None) } else { C::parse(word).map(Some) };
        words.iter().map(column).collect::<Option<Vec<_>>>().filter(|columns| columns.len() == width).map(Self)
    }

    /// The words of [`Mapping::chosen`].
    pub fn words(&self) -> Vec<String> {
        self.0.iter().map(|column| column.map(C::word).unwrap_or_default()).collect()
    }

    /// What is wrong with it: fields are `column0`, `column1` and, for the whole, `columns`.
    pub fn check(&self, header: &[String]) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (at, column) in self.0.iter().enumerate().filter(|(_, column)| column.is_some_and(|column| !column.repeats())) {
            if let Some(first) = self.0[..at].iter().position(|other| other == column) {
                let name = header.get(first).map_or("", String::as_str);
                errors.add(
                    &format!("column{at}"),
                    &format!("The column “{name}” stands for the same. Choose another meaning for one of the two"),
                );
            }
        }
        for (column, what) in C::needed() {
            if self.place(*column).is_none() {
                errors.add("columns", &format!("Choose the column that holds {what}"));
            }
        }
        errors
    }

    /// Where a column stands.
    pub fn place(&self, column: C) -> Option<usize> {
        self.0.iter().position(|found| *found == Some(column))
    }

    /// Where all columns stand that stand for the same.
    pub fn places(&self, column: C) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(move |(_, found)| **found == Some(column)).map(|(at, _)| at)
    }

    /// How the list names what an error speaks of; our own word where it does not.
    pub(super) fn title<'a>(&self, field: &'a str, header: &'a [String]) -> &'a str {
        let at = self.0.iter().position(|column| column.is_some_and(|column| column.word() == field));
        at.and_then(|at| header.get(at)).map_or(field, String::as_str)
    }
}
