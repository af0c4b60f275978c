//! Lists of contacts as spreadsheets write them: a sheet (see `client_list`) → forms. Pure: no store, no clock.
//!
//! Columns: name, company, side, type, cost centre, and e-mail addresses, in one column or in several.
//! Must never: lose a row silently; each is a form or a refusal that names its line.

use crate::client_list::{self, Meaning, Refused, Sheet, StringRecord, TOO_WIDE, folded};
use model::{ContactForm, ContactSide, ContactType, CostCentre, SLOTS, SlotForm};

/// Longest name or company, characters.
const LONGEST: usize = 200;

/// A column of a list of contacts that means something to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name.
    Name,
    /// Company.
    Company,
    /// Agent or supplier.
    Side,
    /// Contact type's name.
    Type,
    /// Cost centre's name.
    CostCentre,
    /// Addresses.
    Address,
}

impl Meaning for Column {
    fn parse(name: &str) -> Option<Self> {
        Some(match folded(name).trim_end_matches(|c: char| c.is_ascii_digit()) {
            "name" | "contact" | "contactname" => Self::Name,
            "company" | "organisation" | "organization" => Self::Company,
            "side" | "agentorsupplier" => Self::Side,
            "type" | "contacttype" => Self::Type,
            "costcentre" | "costcenter" => Self::CostCentre,
            "email" | "emails" | "mail" | "address" | "addresses" | "emailaddress" | "emailaddresses" | "self" => Self::Address,
            _ => return None,
        })
    }

    fn word(self) -> String {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Side => "side",
            Self::Type => "type",
            Self::CostCentre => "cost_centre",
            Self::Address => "address",
        }
        .to_owned()
    }

    fn needed() -> &'static [(Self, &'static str)] {
        &[(Self::Name, "the contact's name"), (Self::Side, "whether it is an agent or a supplier"), (Self::Type, "the contact type")]
    }

    fn repeats(self) -> bool {
        self == Self::Address
    }
}

/// What each column of a list of contacts stands for.
pub type Mapping = client_list::Mapping<Column>;

/// A good row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// As if it were typed.
    pub form: ContactForm,
    /// The cells as written.
    pub record: StringRecord,
}

/// Good rows, and those refused.
pub fn read(sheet: &Sheet, mapping: &Mapping, types: &[ContactType], centres: &[CostCentre]) -> (Vec<ContactRow>, Vec<Refused>) {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for line in sheet.lines() {
        match line {
            Ok((line, record)) if sheet.is_too_wide(&record) => refused.push(Refused { line, sentence: TOO_WIDE.into(), record }),
            Ok((line, record)) => match form_of(mapping, &record, types, centres) {
                Ok(form) => rows.push(ContactRow { line, form, record }),
                Err((field, sentence)) => {
                    refused.push(Refused { line, sentence: sheet.sentence(mapping, &record, &field.word(), &sentence), record });
                }
            },
            Err(unreadable) => refused.push(unreadable),
        }
    }
    (rows, refused)
}

fn form_of(
    mapping: &Mapping,
    record: &StringRecord,
    types: &[ContactType],
    centres: &[CostCentre],
) -> Result<ContactForm, (Column, String)> {
    let written = |at: usize| record.get(at).unwrap_or("").trim();
    let cell = |column| mapping.place(column).map_or("", written);
    let refuse = |column, sentence: &str| Err((column, sentence.to_owned()));
    let (name, company) = (cell(Column::Name), cell(Column::Company));
    if name.is_empty() {
        return refuse(Column::Name, "Enter the contact's name");
    }
    for (column, text) in [(Column::Name, name), (Column::Company, company)] {
        if text.chars().count() > LONGEST {
            return refuse(column, "Use 200 characters or less");
        }
    }
    let side = match cell(Column::Side).to_lowercase().as_str() {
        "agent" | "agents" => ContactSide::Agent,
        "supplier" | "suppliers" => ContactSide::Supplier,
        _ => return refuse(Column::Side, "Write agent or supplier"),
    };
    let kind = cell(Column::Type).to_lowercase();
    let Some(kind) = types.iter().find(|known| known.name.to_lowercase() == kind) else {
        return refuse(Column::Type, "There is no contact type of this name. An administrator adds it under Settings, or correct the name");
    };
    let centre = cell(Column::CostCentre);
    let cost_centre = match centres.iter().find(|known| known.name.eq_ignore_ascii_case(centre)) {
        Some(centre) => Some(centre.id),
        None if centre.is_empty() => None,
        None => return refuse(Column::CostCentre, "There is no cost centre of this name"),
    };
    let addresses = mapping.places(Column::Address).flat_map(|at| written(at).split([';', ',', ' ', '|']));
    let addresses: Vec<&str> = addresses.filter(|address| !address.is_empty()).collect();
    if addresses.len() as i64 > SLOTS {
        return refuse(Column::Address, "A contact has at most three addresses. Keep those that letters come from");
    }
    if let Some(wrong) = addresses.iter().find(|address| postroom_mail::address::canonical(address).is_none()) {
        return Err((Column::Address, format!("“{wrong}” is no e-mail address, like name@example.com")));
    }
    Ok(ContactForm {
        name: name.to_owned(),
        company: company.to_owned(),
        side: side.as_str().to_owned(),
        contact_type: Some(kind.id),
        cost_centre,
        addresses: addresses.into_iter().map(|address| SlotForm { address: address.to_owned(), ..SlotForm::default() }).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types() -> Vec<ContactType> {
        vec![ContactType { id: 3, name: "Reservations".into() }]
    }

    #[test]
    fn a_list_of_contacts_is_read_row_by_row() {
        let list = "Name;Company;Side;Contact type;E-mail 1;E-mail 2\n\
            Seeblick;Seeblick GmbH;Supplier;reservations;book@s.example, desk@s.example;\n\
            Adria;;partner;Reservations;a@a.example;\n\
            Nobody;;agent;Groups;;\n\
            Fourth;;agent;Reservations;a@a.example b@a.example;c@a.example d@a.example\n\
            ;;agent;Reservations;;\n\
            Fifth;;agents;RESERVATIONS;nowhere;\n\
            Sixth;;agent;Reservations;;;one too many\n";
        let sheet = Sheet::open(list.as_bytes()).unwrap();
        let (rows, refused) = read(&sheet, &sheet.detected(), &types(), &[]);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].line, rows[0].form.side.as_str(), rows[0].form.addresses.len()), (2, "supplier", 2));
        let told: Vec<(u64, &str)> = refused.iter().map(|row| (row.line, row.sentence.split(':').next().unwrap())).collect();
        let first = "This line has more cells than the first line names. Put quotation marks around a cell that contains the delimiter.";
        assert_eq!(told, [(3, "Side"), (4, "Contact type"), (5, "E-mail 1"), (6, "Name"), (7, "E-mail 1"), (8, first)]);
        assert!(refused.iter().all(|row| !row.record.is_empty()), "a refused line comes back as it was");
    }

    // Columns are what somebody says they are; only addresses may stand in several.
    #[test]
    fn the_columns_of_a_list_of_contacts_can_be_chosen() {
        let sheet = Sheet::open(b"Who,What,Kind,One,Two\nSeeblick,supplier,Reservations,a@s.example,b@s.example\n").unwrap();
        assert_eq!(sheet.detected::<Column>().check(&sheet.columns).0.len(), 3, "nothing is known by its name");
        let words = |words: [&str; 5]| words.map(str::to_owned);
        let chosen = Mapping::chosen(&words(["name", "side", "type", "address", "address"]), 5).unwrap();
        assert!(chosen.check(&sheet.columns).0.is_empty());
        assert_eq!(chosen.words(), words(["name", "side", "type", "address", "address"]));
        let (rows, refused) = read(&sheet, &chosen, &types(), &[]);
        assert_eq!((rows.len(), refused.len(), rows[0].form.addresses.len()), (1, 0, 2));
        let twice = Mapping::chosen(&words(["name", "side", "type", "name", ""]), 5).unwrap();
        assert!(twice.check(&sheet.columns).of("column3").is_some());
        assert_eq!(Mapping::chosen(&words(["name", "code", "", "", ""]), 5), None);
    }
}
