//! The kit that pages are made of. Must never name a page or ask the office.

pub mod action;
pub mod banner;
pub mod copy;
pub mod demo;
pub mod field;
pub mod form;
pub mod get_form;
pub mod guard;
pub mod icon;
pub mod layout;
pub mod letter_open;
pub mod letters;
pub mod load;
pub mod menu;
pub mod pager;
pub mod query;
pub mod tag;
pub mod time;

pub use action::{problem_of, successes};
pub use banner::{Banner, Done, Empty, ErrorSummary, PageHead, page_title};
pub use copy::CopyButton;
pub use field::{Area, Check, Choice, Field, FieldError, Select};
pub use form::{FormState, PlainButton, PostForm, Submit};
pub use get_form::GetForm;
pub use icon::Icon;
pub use letters::{LetterList, letter_rows};
pub use load::load;
pub use pager::Older;
pub use query::{param, query, with_query};
pub use tag::Tag;
pub use time::{Ago, When};
