//! Lists of contacts as spreadsheets write them: a sheet (see `client_list`) → forms. Pure: no store, no clock.
//!
//! Columns are known by their names: name, company, side, type, e-mail (one column with several addresses, or several columns), cost centre.
//! Must never: lose a row silently; each is a form or a refusal that names its line.

use crate::client_list::{Refused, Sheet, StringRecord};
use model::{ContactForm, ContactSide, ContactType, CostCentre, SLOTS, SlotForm};

/// Longest name or company, characters.
const LONGEST: usize = 200;

/// What the columns of a sheet are, by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    name: Option<usize>,
    company: Option<usize>,
    side: Option<usize>,
    kind: Option<usize>,
    cost_centre: Option<usize>,
    addresses: Vec<usize>,
}

impl Columns {
    /// What the names of the columns say; blanks, dashes, underscores and capitals do not matter. Others are passed over.
    pub fn detect(header: &[String]) -> Self {
        let mut columns = Self::default();
        for (at, name) in header.iter().enumerate() {
            let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            match folded.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "name" | "contact" | "contactname" => columns.name = columns.name.or(Some(at)),
                "company" | "organisation" | "organization" => columns.company = columns.company.or(Some(at)),
                "side" | "agentorsupplier" => columns.side = columns.side.or(Some(at)),
                "type" | "contacttype" => columns.kind = columns.kind.or(Some(at)),
                "costcentre" | "costcenter" => columns.cost_centre = columns.cost_centre.or(Some(at)),
                "email" | "emails" | "mail" | "address" | "addresses" | "emailaddress" | "emailaddresses" | "self" => {
                    columns.addresses.push(at);
                }
                _ => {}
            }
        }
        columns
    }

    /// What is missing before anything can be imported, in sentences.
    pub fn missing(&self) -> Vec<String> {
        let needed = [(self.name, "name"), (self.side, "side"), (self.kind, "type")];
        let sentence = |name: &str| format!("No column is called “{name}”. Name it so in the first line, and choose the list again.");
        needed.into_iter().filter(|(place, _)| place.is_none()).map(|(_, name)| sentence(name)).collect()
    }
}

/// A good row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// As if it were typed.
    pub form: ContactForm,
}

/// Good rows, and those refused.
pub fn read(sheet: &Sheet, types: &[ContactType], centres: &[CostCentre]) -> (Vec<ContactRow>, Vec<Refused>) {
    let columns = Columns::detect(&sheet.columns);
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for line in sheet.lines() {
        match line {
            Ok((line, record)) => match form_of(&columns, &record, types, centres) {
                Ok(form) => rows.push(ContactRow { line, form }),
                Err(sentence) => refused.push(Refused { line, sentence, record }),
            },
            Err(unreadable) => refused.push(unreadable),
        }
    }
    (rows, refused)
}

fn form_of(columns: &Columns, record: &StringRecord, types: &[ContactType], centres: &[CostCentre]) -> Result<ContactForm, String> {
    let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("").trim();
    let (name, company) = (cell(columns.name), cell(columns.company));
    if name.is_empty() {
        return Err("name: Enter the contact's name.".into());
    }
    if [name, company].iter().any(|text| text.chars().count() > LONGEST) {
        return Err("name, company: Use 200 characters or less.".into());
    }
    let side = match cell(columns.side).to_lowercase().as_str() {
        "agent" | "agents" => ContactSide::Agent,
        "supplier" | "suppliers" => ContactSide::Supplier,
        other => return Err(format!("side: Write agent or supplier. The list has “{other}”.")),
    };
    let kind = cell(columns.kind);
    let kind = types
        .iter()
        .find(|known| known.name.to_lowercase() == kind.to_lowercase())
        .ok_or_else(|| format!("type: There is no contact type “{kind}”. An administrator adds it under Settings, or correct the name."))?;
    let centre = cell(columns.cost_centre);
    let cost_centre = match centres.iter().find(|known| known.name.eq_ignore_ascii_case(centre)) {
        Some(centre) => Some(centre.id),
        None if centre.is_empty() => None,
        None => return Err(format!("cost centre: There is no cost centre “{centre}”.")),
    };
    let addresses: Vec<&str> =
        columns.addresses.iter().flat_map(|at| cell(Some(*at)).split([';', ',', ' ', '|'])).filter(|address| !address.is_empty()).collect();
    if addresses.len() as i64 > SLOTS {
        return Err(format!("e-mail: A contact has at most {SLOTS} addresses. Keep the three that letters come from."));
    }
    if let Some(wrong) = addresses.iter().find(|address| postroom_mail::address::canonical(address).is_none()) {
        return Err(format!("e-mail: “{wrong}” is no e-mail address, like name@example.com."));
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

    #[test]
    fn a_list_of_contacts_is_read_row_by_row() {
        let list = "Name;Company;Side;Contact type;E-mail 1;E-mail 2\n\
            Seeblick;Seeblick GmbH;Supplier;reservations;book@s.example, desk@s.example;\n\
            Adria;;partner;Reservations;a@a.example;\n\
            Nobody;;agent;Groups;;\n\
            Fourth;;agent;Reservations;a@a.example b@a.example;c@a.example d@a.example\n\
            ;;agent;Reservations;;\n\
            Fifth;;agents;RESERVATIONS;nowhere;\n";
        let sheet = Sheet::open(list.as_bytes()).unwrap();
        let types = [ContactType { id: 3, name: "Reservations".into() }];
        let (rows, refused) = read(&sheet, &types, &[]);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].line, rows[0].form.side.as_str(), rows[0].form.addresses.len()), (2, "supplier", 2));
        let told: Vec<(u64, &str)> = refused.iter().map(|row| (row.line, row.sentence.split(':').next().unwrap())).collect();
        assert_eq!(told, [(3, "side"), (4, "type"), (5, "e-mail"), (6, "name"), (7, "e-mail")]);
        assert!(Columns::detect(&sheet.columns).missing().is_empty());
        let bare = Sheet::open(b"name,mail\nx,y\n").unwrap();
        assert_eq!(Columns::detect(&bare.columns).missing().len(), 2);
    }
}
