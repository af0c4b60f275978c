//! Contacts, the queues, and what the rules made of each letter.

use super::Table;

pub(super) const TABLES: &[Table] = &[
    ("contact_type", &[("id", 'i'), ("name", 't')]),
    ("contact", &[("party_id", 'i'), ("side", 't'), ("contact_type_id", 'i'), ("company", 't')]),
    ("queue", &[("id", 'i'), ("name", 't')]),
    ("account_import", &[("account_id", 'i'), ("is_on", 'i'), ("queue_id", 'i'), ("since", 'i'), ("rules", 'i'), ("filled_since", 'i')]),
    ("account_import_type", &[("account_id", 'i'), ("side", 't'), ("contact_type_id", 'i')]),
    ("account_forward", &[("id", 'i'), ("account_id", 'i'), ("address", 't'), ("name", 't')]),
    (
        "import_outcome",
        &[
            ("account_id", 'i'),
            ("message_id", 'i'),
            ("at", 'i'),
            ("rules", 'i'),
            ("outcome", 't'),
            ("cause", 't'),
            ("party_id", 'i'),
            ("contact_type_id", 'i'),
            ("answers", 'i'),
            ("answers_by", 't'),
            ("queue_id", 'i'),
            ("state", 't'),
            ("assigned_to", 'i'),
            ("closed_by", 'i'),
            ("closed_at", 'i'),
            ("closed_how", 't'),
            ("closed_reason", 't'),
            ("why", 't'),
        ],
    ),
    ("import_todo", &[("account_id", 'i'), ("message_id", 'i'), ("at", 'i')]),
    (
        "forward",
        &[
            ("outbox_id", 'i'),
            ("account_id", 'i'),
            ("message_id", 'i'),
            ("address", 't'),
            ("is_inline", 'i'),
            ("note", 't'),
            ("by_user", 'i'),
            ("at", 'i'),
        ],
    ),
];
