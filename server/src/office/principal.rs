//! Who acts: a signed-in person, a system by its token, or the console.

use model::{ApiScope, Permission, Problem, Role, TokenCard, UserId, Viewer};
use postroom_store::Scope;

/// Who acts.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Nobody is signed in.
    Nobody,
    /// A signed-in person.
    Person(Viewer),
    /// Another system, by a token of the JSON API.
    Token(Box<TokenCard>),
    /// Whoever has the machine's command line has everything anyway.
    Console,
}

/// An open session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub viewer: Viewer,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// The office requires a second factor and this person has none yet: only the page to set one up is open.
    pub must_enrol: bool,
}

impl Principal {
    /// As written in the audit trail.
    pub fn name(&self) -> String {
        match self {
            Self::Nobody => "nobody".into(),
            Self::Person(viewer) => viewer.email.clone(),
            Self::Token(token) => format!("token:{}", token.name),
            Self::Console => "console".into(),
        }
    }

    /// The person, if it is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Person(viewer) => Some(viewer.id),
            _ => None,
        }
    }

    /// Whether the permission is granted.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Nobody => false,
            Self::Person(viewer) => viewer.may(permission),
            Self::Token(token) => match permission {
                Permission::ClientsEdit => token.scopes.contains(&ApiScope::ClientsWrite),
                Permission::LettersExport => token.scopes.contains(&ApiScope::LettersRead),
                _ => false,
            },
            Self::Console => true,
        }
    }

    /// # Errors
    /// [`Problem::SignIn`] for nobody, [`Problem::NotAllowed`] without the permission.
    pub fn need(&self, permission: Permission) -> Result<(), Problem> {
        self.need_one_of(&[permission])
    }

    /// As [`Principal::need`], with one of several.
    pub fn need_one_of(&self, permissions: &[Permission]) -> Result<(), Problem> {
        self.need_somebody()?;
        if permissions.iter().any(|permission| self.may(*permission)) {
            return Ok(());
        }
        Err(Problem::NotAllowed(permissions.first().map_or(String::new(), |permission| permission.key().to_owned())))
    }

    /// # Errors
    /// [`Problem::SignIn`] for nobody.
    pub fn need_somebody(&self) -> Result<(), Problem> {
        if matches!(self, Self::Nobody) { Err(Problem::SignIn) } else { Ok(()) }
    }

    /// # Errors
    /// [`Problem::SignIn`] for nobody, [`Problem::NotAllowed`] for whoever is no administrator.
    pub fn need_administrator(&self) -> Result<(), Problem> {
        self.need_somebody()?;
        if self.is_administrator() { Ok(()) } else { Err(Problem::NotAllowed(Role::Administrator.as_str().to_owned())) }
    }

    /// The role *administrator*, or the console.
    pub fn is_administrator(&self) -> bool {
        match self {
            Self::Nobody | Self::Token(_) => false,
            Self::Person(viewer) => viewer.role == Role::Administrator,
            Self::Console => true,
        }
    }

    /// Whose eyes queries have.
    ///
    /// # Errors
    /// [`Problem::SignIn`] for nobody: there is no scope that sees nothing.
    pub fn scope(&self) -> Result<Scope, Problem> {
        match self {
            Self::Nobody => Err(Problem::SignIn),
            Self::Person(viewer) => Ok(Scope::User { id: viewer.id, administrator: viewer.role == Role::Administrator }),
            Self::Token(token) => Ok(Scope::Token(token.id)),
            Self::Console => Ok(Scope::Everything),
        }
    }

    /// The token, which may do this.
    ///
    /// # Errors
    /// [`Problem::SignIn`] for whoever is no token, [`Problem::NotAllowed`] without the scope.
    pub fn need_scope(&self, scope: ApiScope) -> Result<&TokenCard, Problem> {
        match self {
            Self::Token(token) if token.scopes.contains(&scope) => Ok(token),
            Self::Token(_) => Err(Problem::NotAllowed(scope.as_str().to_owned())),
            _ => Err(Problem::SignIn),
        }
    }
}
