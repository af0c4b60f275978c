//! Words and sentences in five languages, so that every charset has something to say.
//!
//! Half of the words of a text are the few that every letter has; the others are dealt from tens of thousands, the rarer the seldomer, as
//! languages do (Zipf): an index over a handful of words would be small and quick as none in an office is.

use crate::random::Dice;

/// The languages of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
    French,
    Russian,
    Japanese,
}

const ENGLISH: &[&str] = &[
    "pension",
    "statement",
    "the",
    "of",
    "your",
    "please",
    "find",
    "attached",
    "review",
    "policy",
    "transfer",
    "value",
    "meeting",
    "client",
    "signed",
    "form",
    "mortgage",
    "rate",
    "advice",
    "letter",
    "and",
    "we",
    "have",
    "received",
    "annual",
    "investment",
    "with",
    "regards",
    "before",
    "Friday",
    "documents",
    "estate",
    "will",
    "power",
    "attorney",
    "trust",
];
const GERMAN: &[&str] = &[
    "Rente",
    "Auszug",
    "für",
    "Sie",
    "Münze",
    "anbei",
    "Vertrag",
    "Größe",
    "Überweisung",
    "bitte",
    "prüfen",
    "Vermögen",
    "Beratung",
    "die",
    "der",
    "und",
    "mit",
    "freundlichen",
    "Grüßen",
    "Straße",
    "Erklärung",
    "Bestätigung",
    "jährlich",
    "über",
    "Notar",
    "Steuer",
];
const FRENCH: &[&str] = &[
    "relevé",
    "épargne",
    "veuillez",
    "trouver",
    "ci-joint",
    "contrat",
    "être",
    "déjà",
    "assurance",
    "prêt",
    "succession",
    "été",
    "reçu",
    "votre",
    "dossier",
    "à",
    "signer",
    "avec",
    "nos",
    "salutations",
    "hypothèque",
    "intérêt",
    "près",
    "où",
];
const RUSSIAN: &[&str] = &[
    "пенсия",
    "договор",
    "страхование",
    "прошу",
    "подписать",
    "документы",
    "счёт",
    "ваш",
    "перевод",
    "встреча",
    "завтра",
    "копия",
    "наследство",
    "процент",
    "письмо",
    "получено",
    "с",
    "уважением",
    "и",
    "на",
    "для",
    "отчёт",
];
const JAPANESE: &[&str] = &[
    "年金",
    "契約",
    "書類",
    "を",
    "ご確認",
    "ください",
    "お世話",
    "に",
    "なって",
    "おります",
    "見積",
    "保険",
    "送付",
    "いたします",
    "の",
    "会議",
    "来週",
    "署名",
    "報告",
    "遺言",
    "は",
    "信託",
];

/// Syllables of rare words in letters that all Western charsets have.
const LATIN: [&str; 24] = [
    "an", "be", "co", "der", "en", "fi", "ge", "ha", "in", "ka", "le", "mo", "na", "or", "pre", "re", "sta", "te", "un", "ver", "lin",
    "mar", "ton", "sol",
];
const CYRILLIC: [&str; 24] = [
    "ан", "бе", "во", "дер", "ен", "фи", "ге", "ха", "ин", "ка", "ле", "мо", "на", "ор", "пре", "ре", "ста", "те", "ун", "вер", "лин",
    "мар", "тон", "сол",
];
const KANA: [&str; 24] = [
    "か", "き", "く", "け", "こ", "さ", "し", "す", "せ", "そ", "た", "ち", "つ", "て", "と", "な", "ま", "み", "む", "め", "も", "や",
    "ゆ", "よ",
];
/// Of rare words a language has two to this power less one; each doubling of their number is as frequent as the one before.
const DOUBLINGS: usize = 16;
/// Of a thousand words of a text, how many are rare ones, and how many are numbers (of policies, invoices, telephones).
const RARE_SHARE: usize = 480;
const NUMBER_SHARE: usize = 20;

impl Language {
    pub(super) fn choose(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..55 => Self::English,
            55..75 => Self::German,
            75..83 => Self::French,
            83..92 => Self::Russian,
            _ => Self::Japanese,
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::English => ENGLISH,
            Self::German => GERMAN,
            Self::French => FRENCH,
            Self::Russian => RUSSIAN,
            Self::Japanese => JAPANESE,
        }
    }

    /// The rare word of a number: its syllables are the number's digits, so that neighbours begin differently.
    fn rare(self, number: usize) -> String {
        let syllables = match self {
            Self::English | Self::German | Self::French => &LATIN,
            Self::Russian => &CYRILLIC,
            Self::Japanese => &KANA,
        };
        let (mut rest, mut word) = (number + syllables.len(), String::new());
        while rest > 0 {
            word.push_str(syllables[rest % syllables.len()]);
            rest /= syllables.len();
        }
        word
    }

    fn gap(self) -> &'static str {
        if self == Self::Japanese { "" } else { " " }
    }
}

/// `count` words in a row.
pub(super) fn phrase(dice: &mut Dice, language: Language, count: usize) -> String {
    let words: Vec<&str> = (0..count).map(|_| *dice.pick(language.words())).collect();
    words.join(language.gap())
}

fn rare(dice: &mut Dice, language: Language) -> String {
    let first = 1 << dice.below(DOUBLINGS);
    language.rare(first + dice.below(first))
}

/// `count` words in a row as a text has them, the rare ones among them.
fn sentence(dice: &mut Dice, language: Language, count: usize) -> String {
    let words: Vec<String> = (0..count)
        .map(|_| match dice.below(1000) {
            share if share < NUMBER_SHARE => format!("{:06}", dice.below(1_000_000)),
            share if share < NUMBER_SHARE + RARE_SHARE => rare(dice, language),
            _ => (*dice.pick(language.words())).to_owned(),
        })
        .collect();
    words.join(language.gap())
}

/// Lines of sentences, CRLF-parted, of about `length` bytes in UTF-8; never a line over 400 bytes.
pub(super) fn paragraphs(dice: &mut Dice, language: Language, length: usize) -> String {
    let mut text = String::with_capacity(length + 200);
    let stop = if language == Language::Japanese { "。" } else { "." };
    let mut lines = 0;
    while text.len() < length {
        let words = 5 + dice.below(7);
        text.push_str(&sentence(dice, language, words));
        text.push_str(stop);
        lines += 1;
        text.push_str(if lines % 5 == 0 { "\r\n\r\n" } else { "\r\n" });
    }
    text
}
