//! What can go wrong in the store, named by the caller's next step.

/// Why the store could not do a thing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or not in this scope.
    #[error("no such thing in the store")]
    NotFound,
    /// A rule of the office, by the constraint's name (`account_name_taken`).
    #[error("the store refused: {0}")]
    Conflict(&'static str),
    /// What is stored contradicts itself: repair from a backup.
    #[error("the store contradicts itself: {0}")]
    Inconsistent(String),
    /// The database could not be asked.
    #[error("the database failed")]
    Driver(#[source] sqlx::Error),
    /// The data folder could not be read or written.
    #[error("the data folder failed: {0}")]
    File(#[from] std::io::Error),
    /// A secret could not be opened: another key file, or altered.
    #[error("a stored secret cannot be opened with this key")]
    Secret,
    /// The database's address or its layout is not what this version knows.
    #[error("{0}")]
    Setup(String),
}

/// Constraints that pages turn into a sentence beside a field.
const NAMED: &[(&str, &str)] = &[
    ("account_name_taken", "account.name"),
    ("api_token_name_taken", "api_token.name"),
    ("account_name_known", "account_name.folded"),
    ("account_name_never_changes", "account_name_never_changes"),
    ("clear_text_needs_consent", "clear_text_needs_consent"),
    ("account_forward_taken", "account_forward.account_id, account_forward.address"),
    ("contact_type_name_taken", "contact_type.name"),
    ("cost_centre_name_taken", "cost_centre.name"),
    ("document_text_name_taken", "document_text.name"),
    ("party_code_taken", "party.kind, party.code"),
    ("client_code_taken", "client_code.code_key"),
    ("queue_name_taken", "queue.name"),
    ("service_name_taken", "service.cost_centre_id, service.name"),
    ("web_configuration_name_taken", "web_configuration.name"),
    ("user_email_taken", "app_user.email"),
];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        if let sqlx::Error::Database(database) = &error {
            // PostgreSQL names the constraint; SQLite names it for checks and triggers, and lists the columns for uniqueness.
            let text = database.message();
            for (name, sqlite) in NAMED {
                if database.constraint() == Some(name) || text.contains(name) || text.ends_with(sqlite) {
                    return Self::Conflict(name);
                }
            }
        }
        Self::Driver(error)
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Setup(format!("The database could not be brought to this version's layout: {error}"))
    }
}
