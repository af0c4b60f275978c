//! The rules' table: facts of a letter, what becomes of it, and the sentence (TP-37 to TP-40, P31, RFC 3834, RFC 3464).

use super::*;
use crate::import_head::Machine;
use ImportCause::*;

const AGENT: bool = true;
const SUPPLIER: bool = false;
const RESERVATIONS: i64 = 1;
const ACCOUNTS: i64 = 2;
const SALES: i64 = 3;

fn contact(party: i64, name: &str, is_agent: bool, type_id: i64) -> KnownContact {
    let type_name = ["Reservations", "Accounts", "Sales"][usize::try_from(type_id - 1).unwrap()].to_owned();
    KnownContact { party, name: name.to_owned(), is_agent, type_id, type_name }
}

fn letter() -> Incoming {
    Incoming { sender: Some("kay@kiwi.example".to_owned()), size: 2_000, ..Incoming::default() }
}

fn kay() -> Incoming {
    Incoming { contacts: vec![contact(1, "Kay", AGENT, RESERVATIONS)], ..letter() }
}

fn sue() -> Incoming {
    Incoming { sender: Some("sue@hotel.example".to_owned()), contacts: vec![contact(2, "Sue", SUPPLIER, ACCOUNTS)], ..letter() }
}

fn answers(by: AnswersBy) -> Option<Answered> {
    Some(Answered { letter: MessageId(77), by, subject: "Booking 12".to_owned() })
}

fn both() -> Vec<KnownContact> {
    vec![contact(1, "Kay", AGENT, RESERVATIONS), contact(2, "Sue", SUPPLIER, ACCOUNTS)]
}

fn bounce() -> Incoming {
    Incoming { sender: Some("mailer-daemon@mx.example".to_owned()), machine: Machine::Bounce, ..letter() }
}

fn replied() -> Machine {
    Machine::Answer("Auto-Submitted: auto-replied".to_owned())
}

fn notice() -> Machine {
    Machine::Notice("Auto-Submitted: auto-generated".to_owned())
}

fn list() -> Machine {
    Machine::List("Precedence: bulk".to_owned())
}

fn broken() -> Option<String> {
    Some("The letter is built in a way that could not be understood; it is kept as it came.".to_owned())
}

type Row = (Incoming, &'static [ChosenType], ImportCause, &'static str);

const NONE: &[ChosenType] = &[];
const AGENTS: &[ChosenType] = &[(AGENT, RESERVATIONS)];
const HOTELS: &[ChosenType] = &[(SUPPLIER, ACCOUNTS)];
const ALL: &[ChosenType] = &[(AGENT, RESERVATIONS), (AGENT, ACCOUNTS), (SUPPLIER, RESERVATIONS), (SUPPLIER, ACCOUNTS)];

const KAY: &str = "It is from Kay (agent, Reservations).";
const SUE: &str = "It is from Sue (supplier, Accounts).";

fn imported() -> Vec<Row> {
    let thirty = (0..30).map(|n| contact(n + 1, "Desk", AGENT, RESERVATIONS)).collect();
    vec![
        (kay(), AGENTS, Contact, KAY),
        (kay(), ALL, Contact, KAY),
        (sue(), HOTELS, Contact, SUE),
        (sue(), ALL, Contact, SUE),
        (Incoming { client: Some("Kay Kiwi".into()), ..kay() }, AGENTS, Contact, KAY),
        (Incoming { size: LARGEST, ..kay() }, AGENTS, Contact, KAY),
        (Incoming { size: 0, ..kay() }, AGENTS, Contact, KAY),
        (Incoming { contacts: both(), ..letter() }, AGENTS, Contact, KAY),
        (Incoming { contacts: both(), ..letter() }, HOTELS, Contact, SUE),
        (
            Incoming { contacts: both(), ..letter() },
            ALL,
            Contact,
            "It is from Kay (agent, Reservations), one of two contacts with this address.",
        ),
        (
            Incoming { contacts: vec![contact(1, "Kay", AGENT, SALES), contact(2, "Kit", AGENT, RESERVATIONS)], ..letter() },
            AGENTS,
            Contact,
            "It is from Kit (agent, Reservations).",
        ),
        (
            // One person under two types: one chosen type suffices, and it is one contact.
            Incoming { contacts: vec![contact(1, "Kay", AGENT, RESERVATIONS), contact(1, "Kay", AGENT, ACCOUNTS)], ..letter() },
            ALL,
            Contact,
            KAY,
        ),
        (
            Incoming { contacts: thirty, ..letter() },
            AGENTS,
            Contact,
            "It is from Desk (agent, Reservations), one of 30 contacts with this address.",
        ),
        (
            Incoming { answers: answers(AnswersBy::OwnLetter), ..kay() },
            AGENTS,
            Contact,
            "It is from Kay (agent, Reservations). It answers our letter “Booking 12”.",
        ),
        (
            Incoming { answers: answers(AnswersBy::References), ..kay() },
            AGENTS,
            Contact,
            "It is from Kay (agent, Reservations). It answers “Booking 12”.",
        ),
        (
            Incoming { answers: answers(AnswersBy::Suggested), ..kay() },
            AGENTS,
            Contact,
            "It is from Kay (agent, Reservations). By its subject it may answer our letter “Booking 12”; it does not say so itself.",
        ),
        (
            Incoming { answers: Some(Answered { letter: MessageId(7), by: AnswersBy::OwnLetter, subject: String::new() }), ..kay() },
            AGENTS,
            Contact,
            "It is from Kay (agent, Reservations). It answers our letter without a subject.",
        ),
    ]
}

fn of_known_people() -> Vec<Row> {
    const NOT: &str = "It is from Kay (agent, Reservations). That type is not chosen for this account.";
    const YET: &str = "It is from Kay (agent, Reservations), but this account imports from no type of contact yet.";
    const JUNK: &str = "It is from Kay (agent, Reservations), but the mail system put it among unwanted mail.";
    const MACHINE: &str = "It is from Kay (agent, Reservations), but a program wrote it (Auto-Submitted: auto-generated).";
    vec![
        (kay(), HOTELS, TypeNotChosen, NOT),
        // The same type of the other side is another type.
        (kay(), &[(SUPPLIER, RESERVATIONS)], TypeNotChosen, NOT),
        (kay(), &[(AGENT, SALES)], TypeNotChosen, NOT),
        (sue(), AGENTS, TypeNotChosen, "It is from Sue (supplier, Accounts). That type is not chosen for this account."),
        (
            Incoming { contacts: both(), ..letter() },
            &[(AGENT, SALES)],
            TypeNotChosen,
            "It is from Kay (agent, Reservations). No type of the contacts with this address is chosen for this account.",
        ),
        (Incoming { answers: answers(AnswersBy::OwnLetter), ..kay() }, HOTELS, TypeNotChosen, NOT),
        (Incoming { client: Some("Kay Kiwi".into()), ..kay() }, HOTELS, TypeNotChosen, NOT),
        (kay(), NONE, NothingChosen, YET),
        (Incoming { contacts: both(), ..letter() }, NONE, NothingChosen, YET),
        (Incoming { machine: notice(), ..kay() }, NONE, Notice, "A program wrote it (Auto-Submitted: auto-generated)."),
        (Incoming { machine: list(), ..kay() }, NONE, List, "It was sent to a list (Precedence: bulk)."),
        (Incoming { is_junk: true, ..kay() }, NONE, Unwanted, "The mail system put it among unwanted mail."),
        (Incoming { is_junk: true, ..kay() }, HOTELS, Unwanted, "The mail system put it among unwanted mail."),
        (Incoming { is_junk: true, ..kay() }, AGENTS, Junk, JUNK),
        (Incoming { is_junk: true, size: LARGEST + 1, ..kay() }, AGENTS, Junk, JUNK),
        (
            Incoming { size: LARGEST + 1, ..kay() },
            AGENTS,
            TooLarge,
            "It is from Kay (agent, Reservations), but has 26 MB; letters of up to 25 MB are imported.",
        ),
        (
            Incoming { size: 90 << 20, machine: notice(), ..kay() },
            AGENTS,
            TooLarge,
            "It is from Kay (agent, Reservations), but has 90 MB; letters of up to 25 MB are imported.",
        ),
        (Incoming { size: 90 << 20, ..kay() }, HOTELS, TypeNotChosen, NOT),
        (Incoming { machine: notice(), ..kay() }, AGENTS, ByProgram, MACHINE),
        (Incoming { machine: notice(), answers: answers(AnswersBy::OwnLetter), ..kay() }, AGENTS, ByProgram, MACHINE),
        (
            Incoming { machine: list(), ..kay() },
            AGENTS,
            ByProgram,
            "It is from Kay (agent, Reservations), but a program wrote it (Precedence: bulk).",
        ),
        (Incoming { machine: notice(), ..kay() }, HOTELS, Notice, "A program wrote it (Auto-Submitted: auto-generated)."),
        (Incoming { machine: list(), ..kay() }, HOTELS, List, "It was sent to a list (Precedence: bulk)."),
    ]
}

fn of_programs() -> Vec<Row> {
    const ANSWERED: &str = "A program answered, not a person (Auto-Submitted: auto-replied).";
    const LOST: &str = "It reports that a letter did not arrive, but not which of ours.";
    const OURS: &str = "It reports that our letter “Booking 12” did not arrive, and stands with that letter.";
    vec![
        (Incoming { machine: replied(), ..kay() }, AGENTS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), ..kay() }, HOTELS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), ..kay() }, NONE, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), ..letter() }, AGENTS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), answers: answers(AnswersBy::OwnLetter), ..kay() }, AGENTS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), is_junk: true, ..kay() }, AGENTS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), sender: None, ..letter() }, AGENTS, AutomaticAnswer, ANSWERED),
        (Incoming { machine: replied(), client: Some("Cy".into()), ..letter() }, AGENTS, AutomaticAnswer, ANSWERED),
        (bounce(), AGENTS, Bounce, LOST),
        (bounce(), NONE, Bounce, LOST),
        (Incoming { sender: None, ..bounce() }, AGENTS, Bounce, LOST),
        (Incoming { contacts: both(), ..bounce() }, ALL, Bounce, LOST),
        (Incoming { answers: answers(AnswersBy::References), ..bounce() }, AGENTS, Bounce, LOST),
        (Incoming { answers: answers(AnswersBy::Suggested), ..bounce() }, AGENTS, Bounce, LOST),
        (Incoming { answers: answers(AnswersBy::OwnLetter), ..bounce() }, AGENTS, BounceOfOurs, OURS),
        (Incoming { answers: answers(AnswersBy::OwnLetter), contacts: both(), ..bounce() }, ALL, BounceOfOurs, OURS),
        (Incoming { is_own: true, ..bounce() }, AGENTS, Own, "It was sent from an address of the office."),
    ]
}

fn of_strangers() -> Vec<Row> {
    const NOBODY: &str = "Nobody here has the address kay@kiwi.example.";
    const ANSWERS: &str = "It answers our letter “Booking 12”, but nobody here has the address kay@kiwi.example.";
    const CLIENT: &str = "It is from the client Cy, in whose history it is.";
    const UNWANTED: &str = "The mail system put it among unwanted mail, and nobody here has its sender's address.";
    const OWN: &str = "It was sent from an address of the office.";
    const NO_SENDER: &str = "The letter names no sender, so it is not known whose it is.";
    const UNREADABLE: &str = "It could not be read: The letter is built in a way that could not be understood; it is kept as it came.";
    let cy = || Incoming { client: Some("Cy".into()), ..letter() };
    vec![
        (letter(), AGENTS, Unknown, NOBODY),
        (letter(), NONE, Unknown, NOBODY),
        (letter(), ALL, Unknown, NOBODY),
        (Incoming { size: 90 << 20, ..letter() }, AGENTS, Unknown, NOBODY),
        // What is not ours makes a stranger no less strange, and a suggestion proves nothing.
        (Incoming { answers: answers(AnswersBy::References), ..letter() }, AGENTS, Unknown, NOBODY),
        (Incoming { answers: answers(AnswersBy::Suggested), ..letter() }, AGENTS, Unknown, NOBODY),
        (Incoming { answers: answers(AnswersBy::OwnLetter), ..letter() }, AGENTS, AnswersOurs, ANSWERS),
        (Incoming { answers: answers(AnswersBy::OwnLetter), ..letter() }, NONE, AnswersOurs, ANSWERS),
        (cy(), AGENTS, Client, CLIENT),
        (Incoming { answers: answers(AnswersBy::OwnLetter), ..cy() }, AGENTS, Client, CLIENT),
        (Incoming { is_junk: true, ..cy() }, AGENTS, Client, CLIENT),
        (Incoming { machine: notice(), ..cy() }, AGENTS, Client, CLIENT),
        (Incoming { is_junk: true, ..letter() }, AGENTS, Unwanted, UNWANTED),
        (Incoming { is_junk: true, machine: list(), ..letter() }, AGENTS, Unwanted, UNWANTED),
        (Incoming { machine: list(), ..letter() }, AGENTS, List, "It was sent to a list (Precedence: bulk)."),
        (Incoming { machine: notice(), ..letter() }, AGENTS, Notice, "A program wrote it (Auto-Submitted: auto-generated)."),
        (
            Incoming { machine: notice(), answers: answers(AnswersBy::OwnLetter), ..letter() },
            AGENTS,
            ByProgram,
            "A program wrote it (Auto-Submitted: auto-generated), about our letter “Booking 12”.",
        ),
        (
            Incoming { machine: list(), answers: answers(AnswersBy::OwnLetter), ..letter() },
            AGENTS,
            ByProgram,
            "A program wrote it (Precedence: bulk), about our letter “Booking 12”.",
        ),
        (Incoming { is_own: true, ..kay() }, AGENTS, Own, OWN),
        (Incoming { is_own: true, ..letter() }, NONE, Own, OWN),
        (Incoming { is_own: true, machine: replied(), ..letter() }, AGENTS, Own, OWN),
        (Incoming { sender: None, ..letter() }, AGENTS, NoSender, NO_SENDER),
        (Incoming { sender: None, answers: answers(AnswersBy::OwnLetter), ..letter() }, AGENTS, NoSender, NO_SENDER),
        (Incoming { unreadable: broken(), sender: None, ..letter() }, AGENTS, Unreadable, UNREADABLE),
        (Incoming { unreadable: broken(), ..kay() }, AGENTS, Unreadable, UNREADABLE),
        (
            Incoming { unreadable: Some("A part is missing".into()), ..letter() },
            AGENTS,
            Unreadable,
            "It could not be read: A part is missing.",
        ),
    ]
}

// TP-37 to TP-40, P31: the table.
#[test]
fn every_row_of_the_table_comes_to_its_outcome_and_its_sentence() {
    let rows: Vec<Row> = [imported(), of_known_people(), of_programs(), of_strangers()].into_iter().flatten().collect();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    let mut causes: Vec<ImportCause> = Vec::new();
    for (number, (letter, chosen, cause, why)) in rows.iter().enumerate() {
        let decided = decide(letter, chosen);
        assert_eq!((decided.cause, decided.why.as_str()), (*cause, *why), "row {number}: {letter:?}");
        assert_eq!(decided.contact.is_some(), *cause == Contact, "row {number}");
        // What a letter answers is known whatever becomes of it.
        assert_eq!(decided.answers, letter.answers.as_ref().map(|answered| (answered.letter, answered.by)));
        if !causes.contains(cause) {
            causes.push(*cause);
        }
    }
    assert_eq!(causes.len(), ImportCause::ALL.len(), "every cause stands in the table");
}

// The proof beside the table: over every combination of what the rules look at.
#[test]
fn whatever_the_facts_what_is_imported_is_a_persons_letter_from_a_contact_of_a_chosen_type() {
    let machines = [Machine::None, Machine::Bounce, replied(), notice(), list()];
    let people = [vec![], both(), vec![contact(1, "Kay", AGENT, RESERVATIONS)], vec![contact(2, "Sue", SUPPLIER, ACCOUNTS)]];
    let answered = [None, answers(AnswersBy::OwnLetter), answers(AnswersBy::References), answers(AnswersBy::Suggested)];
    let mut seen = 0;
    for machine in &machines {
        for contacts in &people {
            for answers in &answered {
                for bits in 0..64_u8 {
                    let bit = |n: u8| bits & (1 << n) != 0;
                    for chosen in [NONE, AGENTS, HOTELS, ALL] {
                        let letter = Incoming {
                            sender: bit(0).then(|| "kay@kiwi.example".to_owned()),
                            is_own: bit(1),
                            contacts: if bit(0) { contacts.clone() } else { Vec::new() },
                            client: (bit(0) && bit(2)).then(|| "Cy".to_owned()),
                            machine: machine.clone(),
                            unreadable: bit(3).then(|| "It is broken".to_owned()),
                            size: if bit(4) { LARGEST + 1 } else { 1 },
                            is_junk: bit(5),
                            answers: answers.clone(),
                        };
                        let decided = decide(&letter, chosen);
                        seen += 1;
                        if decided.outcome() == ImportOutcome::Imported {
                            let plain = !bit(1) && !bit(3) && !bit(4) && !bit(5) && *machine == Machine::None;
                            let (party, type_id) = decided.contact.expect("imported to somebody");
                            let to = letter.contacts.iter().find(|contact| contact.party == party && contact.type_id == type_id);
                            assert!(plain && to.is_some_and(|to| chosen.contains(&(to.is_agent, to.type_id))), "{letter:?}");
                        } else {
                            assert_eq!(decided.contact, None);
                        }
                        // A letter that a person could be waiting for is never left out: unreadable ones, those without a sender, answers
                        // of strangers to our letters.
                        let person = !bit(1) && !bit(2) && !bit(5) && *machine == Machine::None && letter.contacts.is_empty();
                        if bit(3) || person {
                            assert_ne!(decided.outcome(), ImportOutcome::LeftOut, "{letter:?}");
                        }
                        assert!(decided.why.ends_with('.') && decided.why.len() > 20, "{}", decided.why);
                    }
                }
            }
        }
    }
    assert_eq!(seen, 5 * 4 * 4 * 64 * 4);
}

#[test]
fn subjects_are_compared_without_what_answering_puts_before_them() {
    for (subject, base) in [
        ("Booking 12", "booking 12"),
        ("Re: Booking  12", "booking 12"),
        ("RE: AW: Fwd: booking 12", "booking 12"),
        ("Re[2]: Booking 12", "booking 12"),
        ("Booking: 12", "booking: 12"),
        ("Re:", ""),
        ("", ""),
    ] {
        assert_eq!(base_subject(subject), base, "{subject}");
    }
}
