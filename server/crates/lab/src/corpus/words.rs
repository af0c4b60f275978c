//! Words and sentences in five languages, so that every charset has something to say.

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

    fn gap(self) -> &'static str {
        if self == Self::Japanese { "" } else { " " }
    }
}

/// `count` words in a row.
pub(super) fn phrase(dice: &mut Dice, language: Language, count: usize) -> String {
    let words: Vec<&str> = (0..count).map(|_| *dice.pick(language.words())).collect();
    words.join(language.gap())
}

/// Lines of sentences, CRLF-parted, of about `length` bytes in UTF-8; never a line over 200 bytes.
pub(super) fn paragraphs(dice: &mut Dice, language: Language, length: usize) -> String {
    let mut text = String::with_capacity(length + 200);
    let stop = if language == Language::Japanese { "。" } else { "." };
    let mut lines = 0;
    while text.len() < length {
        let words = 5 + dice.below(7);
        text.push_str(&phrase(dice, language, words));
        text.push_str(stop);
        lines += 1;
        text.push_str(if lines % 5 == 0 { "\r\n\r\n" } else { "\r\n" });
    }
    text
}
