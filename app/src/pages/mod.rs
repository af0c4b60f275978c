//! Pages, one file each. A page asks through `api` and shows with the kit of `ui`; it holds no rule of the office.

pub mod account;
pub mod account_folders;
pub mod account_form;
pub mod account_new;
pub mod account_state;
pub mod accounts;
pub mod audit;
pub mod client;
pub mod client_form;
pub mod client_import;
pub mod clients;
pub mod cost_centres;
pub mod doctor;
pub mod history_filter;
pub mod home;
pub mod ledger;
pub mod letter;
pub mod letter_parts;
pub mod mail;
pub mod people;
pub mod profile;
pub mod progress;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sign_in;
