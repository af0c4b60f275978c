//! Document texts (FN-15): what letters are made from. Strict: a field that there is not, or that is empty, is named, and nothing unresolved
//! leaves (P27).

use super::{Office, Principal, compose::person, trouble::problem_of};
use minijinja::{Environment, UndefinedBehavior, Value};
use model::*;
use std::collections::BTreeMap;

/// Steps of a text's engine: enough for a letter, too few to keep a server busy.
const FUEL: u64 = 50_000;
/// Clients offered for a preview.
const CLIENTS: i64 = 200;

/// Every field, and what it means; the six of the office's own follow.
const FIELDS: [(&str, &str); 10] = [
    ("client.name", "Name of the client"),
    ("client.code", "Code of the client"),
    ("client.address", "First address on the client's file that counts on the day"),
    ("client.partner_address", "First address of the partner that counts on the day"),
    ("sender.name", "Your name on letters"),
    ("sender.address", "Your address on letters"),
    ("sender.job_title", "Your job title"),
    ("sender.telephone", "Your telephone number"),
    ("today", "Today's date, like 3 May 2026"),
    ("office.cost_centre", "Cost centre of the client"),
];

/// What stands in for each field; an empty one is as good as none.
type Values = BTreeMap<String, BTreeMap<String, String>>;

/// A text with its fields filled in.
///
/// # Errors
/// A sentence that names what is wrong or missing.
pub fn fill(text: &str, values: &Values, today: &str) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    let mut all: BTreeMap<&str, Value> = BTreeMap::new();
    for (group, fields) in values {
        let known = fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), value.as_str()));
        all.insert(group, Value::from_pairs(known));
    }
    all.insert("today", Value::from(today));
    let unknown = unknown_fields(text);
    if let Some(first) = unknown.first() {
        return Err(format!("“{first}” is no field."));
    }
    let fields = used(text)?;
    // An empty field may be asked for (`{% if … %}`), but not written.
    environment.render_str(text, Value::from_pairs(all)).map_err(|_| {
        let empty = |field: &&String| {
            let (group, name) = field.split_once('.').unwrap_or((field, ""));
            group != "today" && values.get(group).and_then(|fields| fields.get(name)).is_none_or(String::is_empty)
        };
        match fields.iter().find(empty) {
            Some(field) => format!("There is nothing to put in for “{field}”."),
            None => "The text cannot be filled in: check its {{ }} and {% %}.".to_owned(),
        }
    })
}

/// Fields that a text uses, in alphabetical order.
fn used(text: &str) -> Result<Vec<String>, String> {
    let environment = Environment::new();
    let template = environment.template_from_str(text).map_err(|error| {
        let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
        format!("The text is not well formed{line}: every {{{{ needs its }}}}.")
    })?;
    let mut fields: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    fields.sort();
    Ok(fields)
}

/// What a text uses that there is not.
pub fn unknown_fields(text: &str) -> Vec<String> {
    let known = |field: &String| FIELDS.iter().any(|(name, _)| name == field) || own_field(field);
    used(text).unwrap_or_default().into_iter().filter(|field| !known(field)).collect()
}

/// `sender.field1` to `sender.field6`.
fn own_field(field: &str) -> bool {
    (1..=SENDER_FIELDS).any(|n| field == format!("sender.field{n}"))
}

impl Office {
    /// The page of a text, with what a client would read.
    pub async fn text_view(&self, who: &Principal, id: Option<TextId>, client: Option<ClientId>) -> Result<TextView, Problem> {
        person(who)?;
        let scope = who.scope()?;
        let text = match id {
            Some(id) => self.store.document_text(id).await.map_err(problem_of)?,
            None => DocumentText::default(),
        };
        let versions = match id {
            Some(id) => self.store.document_text_versions(id).await.map_err(problem_of)?,
            None => Vec::new(),
        };
        let rules = self.store.email_rules().await.map_err(problem_of)?;
        let mut fields: Vec<(String, String)> = FIELDS.iter().map(|(name, means)| ((*name).to_owned(), (*means).to_owned())).collect();
        fields.extend((0..SENDER_FIELDS).map(|n| (format!("sender.field{}", n + 1), rules.label(n))));
        let cards = self.store.clients(scope, &[], None, CLIENTS).await.map_err(problem_of)?;
        let client = match client {
            Some(id) => Some(self.store.client(scope, id).await.map_err(problem_of)?),
            None => cards.first().cloned(),
        };
        let mut unknown = unknown_fields(&text.subject);
        unknown.extend(unknown_fields(&text.body));
        unknown.dedup();
        let preview = match &client {
            Some(card) if !text.body.is_empty() => Some(self.filled(who, &text, Some(card)).await?),
            _ => None,
        };
        Ok(TextView {
            id,
            text,
            versions,
            fields,
            unknown,
            client: client.map(|card| (card.id, card.name)),
            clients: cards.into_iter().map(|card| (card.id, card.name)).collect(),
            preview,
            may_change: who.is_administrator(),
        })
    }

    /// Words as a client would read them (`None` = the first one there is); nothing is kept.
    pub async fn preview_text(
        &self,
        who: &Principal,
        subject: String,
        body: String,
        client: Option<ClientId>,
    ) -> Result<TextPreview, Problem> {
        person(who)?;
        let card = match client {
            Some(id) => Some(self.store.client(who.scope()?, id).await.map_err(problem_of)?),
            None => None,
        };
        let mut unknown = unknown_fields(&subject);
        unknown.extend(unknown_fields(&body).into_iter().filter(|field| !unknown.contains(field)).collect::<Vec<_>>());
        let text = DocumentText { name: String::new(), subject, body: postroom_mail::clean::text(&body) };
        Ok(match self.filled(who, &text, card.as_ref()).await? {
            Ok((subject, body)) => TextPreview { subject, body, wrong: String::new(), unknown },
            Err(wrong) => TextPreview { wrong, unknown, ..TextPreview::default() },
        })
    }

    /// Texts by name.
    pub async fn texts(&self, who: &Principal) -> Result<Vec<(TextId, String)>, Problem> {
        person(who)?;
        self.store.document_texts().await.map_err(problem_of)
    }

    /// Adds a text or a version of one (administrators). What it uses must be there.
    pub async fn keep_text(&self, who: &Principal, id: Option<TextId>, mut text: DocumentText) -> Result<TextId, Problem> {
        who.need_administrator()?;
        text.name = postroom_mail::clean::line(&text.name);
        text.body = postroom_mail::clean::text(&text.body);
        let mut errors = text.check();
        for (field, words) in [("subject", &text.subject), ("body", &text.body)] {
            match used(words) {
                Err(why) => errors.add(field, &why),
                Ok(_) if !unknown_fields(words).is_empty() => {
                    errors.add(field, "It uses a field that there is not: the list beside names every one")
                }
                Ok(_) => {}
            }
        }
        errors.into_result()?;
        let by = match who {
            Principal::Person(viewer) => viewer.name.clone(),
            other => other.name(),
        };
        let subject = id.map_or_else(|| "text".to_owned(), |id| format!("text:{id}"));
        let event = self.event(who, "text.kept", subject, text.name.clone());
        self.store.keep_document_text(id, &text, &by, &event).await.map_err(problem_of)
    }

    /// Goes back to a version: it is added anew, so that nothing is lost.
    pub async fn restore_text(&self, who: &Principal, id: TextId, version: i64) -> Result<TextId, Problem> {
        who.need_administrator()?;
        let name = self.store.document_text(id).await.map_err(problem_of)?.name;
        let versions = self.store.document_text_versions(id).await.map_err(problem_of)?;
        let old = versions.into_iter().find(|one| one.version == version).ok_or(Problem::NotFound)?;
        self.keep_text(who, Some(id), DocumentText { name, subject: old.subject, body: old.body }).await
    }

    /// Deletes a text (administrators).
    pub async fn drop_text(&self, who: &Principal, id: TextId) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "text.dropped", format!("text:{id}"), "");
        self.store.drop_document_text(id, &event).await.map_err(problem_of)
    }

    /// Puts a text into a letter: at its beginning; the subject, where there is none yet.
    pub async fn put_text(&self, who: &Principal, id: DraftId, text: TextId) -> Result<(), Problem> {
        let draft = self.store.draft(person(who)?, id).await.map_err(problem_of)?;
        let client = self.client_of(who, &draft).await?;
        let kept = self.store.document_text(text).await.map_err(problem_of)?;
        let (subject, body) = self.filled(who, &kept, client.as_ref()).await?.map_err(|why| Problem::field("text", &why))?;
        let mut form = draft.form;
        if form.subject.trim().is_empty() {
            form.subject = subject;
        }
        if !form.html.is_empty() {
            form.html = format!("{}{}", postroom_mail::compose::as_rich(body.trim_end()), form.html);
        }
        form.body = format!("{}\n{}", body.trim_end(), form.body);
        self.keep_letter(who, id, draft.version, form).await.map(|_| ())
    }

    /// Subject and words for a client and the one who writes, or what is missing.
    pub(super) async fn filled(
        &self,
        who: &Principal,
        text: &DocumentText,
        client: Option<&ClientCard>,
    ) -> Result<Result<(String, String), String>, Problem> {
        let sender = match who.user() {
            Some(user) => self.store.sender(user).await.map_err(problem_of)?.unwrap_or_default(),
            None => Sender::default(),
        };
        Ok(self.filled_as(sender, text, client))
    }

    /// The same for whoever stands on the letter.
    pub(super) fn filled_as(&self, sender: Sender, text: &DocumentText, client: Option<&ClientCard>) -> Result<(String, String), String> {
        let mut values = Values::new();
        let mut mine: BTreeMap<String, String> =
            [("name", sender.name), ("address", sender.address), ("job_title", sender.job_title), ("telephone", sender.telephone)]
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
        for (n, value) in sender.fields.into_iter().enumerate() {
            mine.insert(format!("field{}", n + 1), value);
        }
        values.insert("sender".to_owned(), mine);
        if let Some(card) = client {
            let now = self.now();
            let first = |person: Person| card.first_address(person, now).unwrap_or_default().to_owned();
            let of_client = [
                ("name", card.name.clone()),
                ("code", card.code.clone()),
                ("address", first(Person::Myself)),
                ("partner_address", first(Person::Partner)),
            ];
            values.insert("client".to_owned(), of_client.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
            let centre = card.cost_centre.clone().unwrap_or_default();
            values.insert("office".to_owned(), [("cost_centre".to_owned(), centre)].into_iter().collect());
        }
        let today = jiff::Timestamp::from_millisecond(self.now()).unwrap_or_default().to_zoned(self.time_zone());
        let today = today.strftime("%-d %B %Y").to_string();
        let both = fill(&text.subject, &values, &today).and_then(|subject| Ok((subject, fill(&text.body, &values, &today)?)));
        // A subject is one line, whatever was put in.
        both.map(|(subject, body)| (postroom_mail::clean::line(&subject), body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let client = [("name", "Ada & Ben"), ("code", ""), ("address", "ada@hale.example"), ("partner_address", "")];
        let sender = [("name", "Cy"), ("field1", "Tax")];
        let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        [("client".to_owned(), of(&client)), ("sender".to_owned(), of(&sender))].into_iter().collect()
    }

    // P27, FN-14, FN-15: strict; what is missing is named, and nothing is left unresolved.
    #[test]
    fn a_text_is_filled_in_or_says_what_is_missing() {
        for (text, filled) in [
            ("Dear {{ client.name }}, {{sender.field1}}, {{ today }}", Ok("Dear Ada & Ben, Tax, 3 May 2026")),
            ("plain", Ok("plain")),
            ("{% if client.name %}yes{% endif %}", Ok("yes")),
            ("{{ client.code }}", Err("client.code")),
            ("a{% if client.partner_address %}{{ client.partner_address }}{% endif %}", Ok("a")),
            ("{{ client.nmae }}", Err("client.nmae")),
            ("{{ password }}", Err("password")),
            ("{{ sender.field7 }}", Err("sender.field7")),
            ("{{ client.name ", Err("not well formed")),
            ("{% for x in range(100000000) %}{{ today }}{% endfor %}", Err("")),
        ] {
            match (fill(text, &values(), "3 May 2026"), filled) {
                (Ok(found), Ok(due)) => assert_eq!(found, due, "{text}"),
                (Err(why), Err(due)) => assert!(why.contains(due), "{text}: {why}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn unknown_fields_are_listed() {
        assert_eq!(unknown_fields("{{ client.nmae }} {{ today }} {{ sender.field6 }} {{ x }}"), ["client.nmae", "x"]);
    }
}
