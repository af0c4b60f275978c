//! Icons, drawn here: 20 by 20, one stroke, the colour of the text beside them. Always beside words, so hidden from readers.

use leptos::prelude::*;

/// One of our drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// People on file.
    Clients,
    /// Letters.
    Mail,
    /// Accounts: a plug into a mailbox.
    Accounts,
    /// Settings.
    Settings,
    /// The audit trail.
    Audit,
    /// Search.
    Search,
    /// It came in.
    Received,
    /// It went out.
    Sent,
    /// Files attached.
    File,
    /// Good.
    Tick,
    /// Failed.
    Cross,
    /// Look here.
    Warning,
    /// Arrow to the right.
    Arrow,
    /// A folder.
    Folder,
    /// Something new.
    Plus,
    /// A person.
    Person,
    /// Several of one thing.
    Copies,
    /// Take away as a file.
    Download,
    /// Time passes.
    Clock,
    /// A day.
    Calendar,
    /// Why.
    Question,
    /// More than there is room for.
    More,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Clients => {
                "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5 7a5 5 0 0 1 10 0M13 4a2.6 2.6 0 0 1 0 5.2M14.5 12a4.6 4.6 0 0 1 3 4.5"
            }
            Self::Mail => "M2.5 5h15v10.5h-15zM2.5 5.5 10 11.2l7.5-5.7",
            Self::Accounts => {
                "M3 12.5h4l1.2 2h3.6l1.2-2h4M3 12.5 5 5h1.5M17 12.5 15 5h-1.500M3 12.5v4.500h14v-4.500M10 2.500v7M7.5 7l2.5 2.500L12.5 7"
            }
            Self::Settings => "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
            Self::Audit => "M10 2.5 16.5 5v5c0 4-2.8 6.5-6.5 7.500C6.3 16.5 3.5 14 3.5 10V5zM7 10l2.2 2.200L13.2 8",
            Self::Search => "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17.5 17.5",
            Self::Received => "M15.5 4.500l-10 10M13.5 15H5V6.5",
            Self::Sent => "M4.5 15.500l10-10M6.5 5H15v8.5",
            Self::File => "M15.5 9l-6 6a3.5 3.5 0 0 1-5-5l6.5-6.500a2.4 2.4 0 0 1 3.4 3.400l-6.2 6.200a1.2 1.2 0 0 1-1.7-1.700L12 6",
            Self::Tick => "M4 10.5 8 14.5 16 5.5",
            Self::Cross => "M5 5l10 10M15 5 5 15",
            Self::More => "M4.5 10h.01M10 10h.01M15.5 10h.01",
            Self::Warning => "M10 3 18 16.500H2zM10 8v4M10 14v.6",
            Self::Arrow => "M4 10h12M11 5l5 5-5 5",
            Self::Folder => "M2.5 5h5l1.7 2h8.300v9h-15z",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Person => "M10 9.500a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.400ZM3.5 17a6.5 6.5 0 0 1 13 0",
            Self::Copies => "M7 7h9.500v9.500H7zM13 7V3.500H3.500V13H7",
            Self::Download => "M10 3v9M6 8.500l4 4 4-4M3.5 16.500h13",
            Self::Clock => "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 6v4.200l3 1.8",
            Self::Calendar => "M3 5.500h14v11.500H3zM3 9h14M7 3.500v4M13 3.500v4",
            Self::Question => "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM7.8 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.600M10 13.800v.5",
        }
    }

    /// The drawing.
    pub fn draw(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
                <path d=self.path()/>
            </svg>
        }
        .into_any()
    }
}
