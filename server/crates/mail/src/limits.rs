//! How much of a letter is looked at. A letter beyond a limit is still kept, counted and shown as far as the limit.
//!
//! A stack overflow ends the whole process and cannot be caught, so everything that nests has a depth here.

/// Header octets read of one letter or part.
pub const HEADER_OCTETS: usize = 1 << 20;
/// Header fields read of one letter or part.
pub const HEADER_FIELDS: usize = 10_000;
/// Octets of one header value that encoded words or parameters are decoded in: decoding is quadratic in the worst case.
pub const VALUE_OCTETS: usize = 8 << 10;
/// Header octets of all parts together whose `Content-*` fields are decoded.
pub const PART_HEADER_OCTETS: usize = 4 << 20;
/// Addresses taken from one letter.
pub const ADDRESSES: usize = 20_000;
/// Message-IDs taken from `References`.
pub const REFERENCES: usize = 1_000;
/// Parts of one letter.
pub const PARTS: usize = 10_000;
/// Depth of parts in parts, and of letters in letters, together.
pub const DEPTH: usize = 64;
/// Octets of text kept for index and preview.
pub const TEXT_OCTETS: usize = 256 << 10;
/// Octets of HTML shown.
pub const HTML_OCTETS: usize = 2 << 20;
/// Octets of a file shown as text.
pub const FILE_TEXT_OCTETS: usize = 64 << 10;
/// Octets of the original shown as text.
pub const ORIGINAL_OCTETS: usize = 1 << 20;
/// Depth of HTML elements kept; deeper ones lose their tags, not their words.
pub const HTML_DEPTH: usize = 200;
/// So many elements too deep, and the letter is shown as text.
pub const HTML_TOO_DEEP: usize = 10_000;
/// HTML elements shown; an honest letter has a few thousand.
pub const HTML_ELEMENTS: usize = 60_000;
/// Attachments listed.
pub const ATTACHMENTS: usize = 500;
/// Pictures that HTML names by Content-ID.
pub const PICTURES: usize = 1_000;
/// Octets of one picture shown inside a letter.
pub const PICTURE_OCTETS: usize = 5 << 20;
/// Octets of all pictures shown inside a letter.
pub const PICTURES_OCTETS: usize = 20 << 20;
/// Characters of the preview.
pub const PREVIEW_CHARS: usize = 160;
/// Characters of a word in the index.
pub const WORD_CHARS: usize = 64;
