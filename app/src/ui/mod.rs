//! The kit that pages are made of, drawn by the server only. Must never name a page or ask the office.

pub mod action;
pub mod banner;
pub mod copy;
pub mod demo;
pub mod field;
pub mod form;
pub mod get_form;
pub mod layout;
mod letter_clients;
pub mod letter_open;
pub mod letters;
mod letters_under;
pub mod load;
pub mod pager;
pub mod query;
pub mod text_area;
pub mod time;

pub use crate::kit::{icon, icon::Icon, shortcuts, tag, tag::Tag};
pub use action::problem_of;
pub use banner::{Banner, Done, Empty, ErrorSummary, PageHead, page_title};
pub use copy::CopyButton;
pub use field::{Area, Check, Choice, Field, FieldError, Select};
pub use form::{FormState, PlainButton, PostForm, Submit};
pub use get_form::GetForm;
pub use letter_open::Opened;
pub use letters::{LetterList, letter_rows};
pub use letters_under::quoted_words;
pub use load::load;
pub use pager::Older;
pub use query::{param, query, with_query};
pub use text_area::TextArea;
pub use time::{Ago, When};
