//! Users and cost centres, as the settings pages show and change them.

use crate::{CostCentreId, FieldErrors, Permission, Role, UserId};
use serde::{Deserialize, Serialize};

/// A cost centre: the scope of what its users see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostCentre {
    /// Id.
    pub id: CostCentreId,
    /// Unique name.
    pub name: String,
    /// How many clients belong to it.
    pub clients: i64,
    /// How many users belong to it.
    pub users: i64,
}

/// A user as listed under Settings → People.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCard {
    /// Id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Cannot sign in.
    pub disabled: bool,
    /// Keys granted beyond the role.
    pub granted: Vec<Permission>,
    /// Cost centres the user belongs to.
    pub cost_centres: Vec<CostCentreId>,
    /// Last sign-in, ms.
    pub last_sign_in: Option<i64>,
}

impl UserCard {
    /// Whether he or she sees no client because the office has cost centres and none of them is his or hers.
    pub fn sees_no_client(&self, centres: &[CostCentre]) -> bool {
        self.role == Role::Staff && !self.disabled && !centres.is_empty() && self.cost_centres.is_empty()
    }
}

/// Fewest characters of a password (NIST SP 800-63B asks for 8 with a second factor, 15 without; 12 is OWASP ASVS 5 V6.2.1 plus margin).
pub const PASSWORD_LEAST: usize = 12;

/// A new user, or the first administrator.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct UserForm {
    /// Full name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The password again.
    pub password_repeat: String,
}

/// Never tells a password.
impl std::fmt::Debug for UserForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserForm").field("name", &self.name).finish_non_exhaustive()
    }
}

impl UserForm {
    /// The rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("name", "Enter the full name");
        }
        if !looks_like_address(&self.email) {
            errors.add("email", "Enter an e-mail address, like name@example.com");
        }
        check_new_password(&self.password, &self.password_repeat, &mut errors);
        errors
    }
}

/// Length and repetition of a new password.
pub fn check_new_password(password: &str, repeat: &str, errors: &mut FieldErrors) {
    if password.chars().count() < PASSWORD_LEAST {
        errors.add("password", "The password must have 12 characters or more");
    } else if password != repeat {
        errors.add("password_repeat", "The two passwords differ");
    }
}

/// One `@`, something on both sides, no blanks: the rest is the mail server's to say.
pub fn looks_like_address(text: &str) -> bool {
    let text = text.trim();
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        }
        None => false,
    }
}
