//! Help → About: what whoever helps asks for, and a letter with it (FC-25). Must never: tell a secret, an address or a name.

use super::{
    Office, Principal,
    trouble::{problem_of, unexpected},
};
use model::*;
use postroom_paper::Sheet;
use postroom_store::{Database, Scope};

impl Office {
    /// Names and values: of the program for everybody, of the database for administrators.
    pub async fn about_postroom(&self, who: &Principal) -> Result<AboutView, Problem> {
        who.need_somebody()?;
        let zone = self.time_zone();
        let fact = |name: &str, value: String| (name.to_owned(), value);
        let mut facts = vec![
            fact("Version", env!("CARGO_PKG_VERSION").to_owned()),
            fact("System", format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)),
            fact("Now", super::days::written(self.now(), &zone)),
            fact("Time zone", model::zone_words(zone.iana_name().unwrap_or("as the machine says"))),
        ];
        if who.is_administrator() {
            let store = self.store.self_facts().await.map_err(problem_of)?;
            let kind = if store.database == Database::Sqlite { "SQLite" } else { "PostgreSQL" };
            let clients = self.store.client_count(Scope::Everything).await.map_err(problem_of)?;
            facts.extend([
                fact("Running since", super::days::written(self.started_at, &zone)),
                fact("Database", format!("{kind} {}, layout {}", store.version, store.schema)),
                fact("Size of the database", format!("{} MB", store.octets / 1_000_000)),
                fact("Clients", clients.to_string()),
                fact("People", self.store.user_count().await.map_err(problem_of)?.to_string()),
                fact("Email accounts", self.store.accounts().await.map_err(problem_of)?.len().to_string()),
                fact("Cost centres", self.store.cost_centres().await.map_err(problem_of)?.len().to_string()),
            ]);
        }
        Ok(AboutView { facts })
    }

    /// A new letter with the same as a PDF.
    pub async fn email_about(&self, who: &Principal) -> Result<DraftId, Problem> {
        let facts = self.about_postroom(who).await?.facts;
        let at = self.now();
        let sheet = Sheet {
            title: "Support information".into(),
            office: "Postroom".into(),
            subtitle: String::new(),
            notes: vec![format!("As at {}.", super::days::written(at, &self.time_zone()))],
            facts,
            tables: Vec::new(),
            letters: Vec::new(),
        };
        let pdf = tokio::task::spawn_blocking(move || postroom_paper::pdf(&sheet, at))
            .await
            .map_err(|error| unexpected(&error))?
            .map_err(|error| unexpected(&error))?;
        let id = self.begin_letter(who, None, None, ComposeMode::New, None).await?;
        self.attach_pdf(who, id, "support.pdf", pdf).await?;
        self.give_subject(who, id, "Support information of Postroom").await?;
        Ok(id)
    }
}
