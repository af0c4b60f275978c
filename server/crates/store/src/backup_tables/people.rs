//! The office itself: its settings, the people, how they sign in, addresses, and what stands under their letters.

use super::Table;

pub(super) const TABLES: &[Table] = &[
    ("setting", &[("name", 't'), ("value", 't')]),
    ("cost_centre", &[("id", 'i'), ("name", 't')]),
    (
        "app_user",
        &[
            ("id", 'i'),
            ("email", 't'),
            ("name", 't'),
            ("role", 't'),
            ("password_hash", 't'),
            ("disabled", 'i'),
            ("created_at", 'i'),
            ("last_sign_in", 'i'),
        ],
    ),
    ("user_cost_centre", &[("user_id", 'i'), ("cost_centre_id", 'i')]),
    ("user_permission", &[("user_id", 'i'), ("permission", 't')]),
    (
        "one_time_link",
        &[
            ("id", 'i'),
            ("purpose", 't'),
            ("token_hash", 'b'),
            ("user_id", 'i'),
            ("email", 't'),
            ("name", 't'),
            ("role", 't'),
            ("cost_centres", 't'),
            ("made_by", 't'),
            ("made_at", 'i'),
            ("expires_at", 'i'),
            ("used_at", 'i'),
            ("revoked_at", 'i'),
        ],
    ),
    (
        "user_factor",
        &[
            ("user_id", 'i'),
            ("secret", 'b'),
            ("made_at", 'i'),
            ("confirmed_at", 'i'),
            ("last_step", 'i'),
            ("failures", 'i'),
            ("failed_at", 'i'),
        ],
    ),
    ("recovery_code", &[("user_id", 'i'), ("code_hash", 'b'), ("used_at", 'i')]),
    ("address", &[("id", 'i'), ("address", 't'), ("is_own", 'i')]),
    (
        "sender",
        &[
            ("user_id", 'i'),
            ("name", 't'),
            ("address", 't'),
            ("job_title", 't'),
            ("telephone", 't'),
            ("field1", 't'),
            ("field2", 't'),
            ("field3", 't'),
            ("field4", 't'),
            ("field5", 't'),
            ("field6", 't'),
            ("may_send", 'i'),
        ],
    ),
];
