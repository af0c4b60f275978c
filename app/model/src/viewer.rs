//! Who asks, and what he or she may do.

use crate::UserId;
use serde::{Deserialize, Serialize};

/// What a user is in the office. The role grants; permission keys add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Holds every permission and sees every client, but not other people's private mail.
    Administrator,
    /// Reads the clients of his or her cost centres; everything else only if granted.
    Staff,
}

impl Role {
    /// As stored and as typed on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Staff => "staff",
        }
    }

    /// Reads what [`Role::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Administrator, Self::Staff].into_iter().find(|role| role.as_str() == text)
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $means:literal;)+) => {
        /// A permission key. Denied unless granted (I10).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $key)] $name,)+ }

        impl Permission {
            /// Every key there is.
            pub const ALL: &[Permission] = &[$(Permission::$name,)+];
            /// The key as shown and stored.
            pub fn key(self) -> &'static str { match self { $(Permission::$name => $key,)+ } }
            /// What it allows, in words.
            pub fn means(self) -> &'static str { match self { $(Permission::$name => $means,)+ } }
            /// Reads what [`Permission::key`] writes.
            pub fn parse(key: &str) -> Option<Self> { Self::ALL.iter().copied().find(|p| p.key() == key) }
        }
    };
}

permissions! {
    /// Any account of the office.
    AccountsManage = "Accounts.Manage", "Connect, change, pause and share every account of the office";
    /// One's own account (FP-28).
    AccountsOwn = "Accounts.Own", "Connect an account of one's own and look after it";
    /// Clients and their addresses.
    ClientsEdit = "Clients.Edit", "Add clients, change their names and addresses, import lists of clients";
    /// Letters leave Postroom as files.
    LettersExport = "Letters.Export", "Download original letters";
    /// Letters in another name than one's own (FC-22).
    UpdateFrom = "Messaging.Email.UpdateFrom", "Write letters that come from another proven address than one's own";
    /// People and what they may do.
    UsersManage = "Users.Manage", "Add and disable users, grant permissions, set up cost centres";
    /// The audit trail.
    AuditView = "Audit.View", "Read and verify the audit trail";
}

/// The signed-in person, as pages see him or her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Keys granted beyond the role.
    pub granted: Vec<Permission>,
    /// Session-bound token that plain forms carry (`csrf` field).
    pub csrf: String,
    /// Keys are shortcuts on this person's pages (WCAG 2.1.4).
    pub shortcuts: bool,
}

impl Viewer {
    /// Whether the permission is granted, by role or by key.
    pub fn may(&self, permission: Permission) -> bool {
        self.role == Role::Administrator || self.granted.contains(&permission)
    }
}
