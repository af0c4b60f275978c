//! Which column of a list is what: by its name, in any order and case.

use super::Unusable;
use model::SLOTS;

/// A column that means something to us.
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

impl Column {
    /// Reads a column's name; blanks, dashes, underscores and case do not matter.
    fn parse(name: &str) -> Option<Self> {
        let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
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
}

/// The columns of one list.
pub(super) struct Columns {
    places: Vec<Option<Column>>,
}

impl Columns {
    /// Reads the header. Columns that mean nothing to us are passed over.
    pub(super) fn of(header: &csv::StringRecord) -> Result<Self, Unusable> {
        let places: Vec<Option<Column>> = header.iter().map(Column::parse).collect();
        for (at, column) in places.iter().enumerate() {
            if column.is_some() && places[..at].contains(column) {
                let name = header.get(at).unwrap_or("").trim().to_owned();
                return Err(Unusable(format!("Two columns are named “{name}”. Rename or remove one of them.")));
            }
        }
        for (column, name) in [(Column::Code, "code"), (Column::Name, "name")] {
            if !places.contains(&Some(column)) {
                return Err(Unusable(format!(
                    "The first line must name the columns, and “{name}” is not among them. It should look like: code,name,self1,self2,self3,partner1,partner2,partner3"
                )));
            }
        }
        Ok(Self { places })
    }

    /// Where a column stands.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().position(|found| *found == Some(column))
    }

    /// How many columns the header names.
    pub(super) fn width(&self) -> usize {
        self.places.len()
    }
}
