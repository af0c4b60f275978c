//! Who works in the demo office, and who its clients are.

use crate::corpus::day_of;

/// The firm's name.
pub const FIRM: &str = "Bell & Carter, Financial Planning";
/// Its cost centres.
pub const CENTRES: [&str; 3] = ["Families", "Pensions", "Firms and trusts"];

/// Somebody who works there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clerk {
    /// Given name: what friendly letters use.
    pub given: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Address to write to and to sign in with.
    pub email: &'static str,
    /// Runs the office.
    pub administrator: bool,
    /// Left the firm.
    pub left: bool,
    /// Permission keys beyond the role.
    pub keys: &'static [&'static str],
    /// Places in [`CENTRES`].
    pub centres: &'static [usize],
}

/// Everybody who works there; the first is the administrator, the second the one that the banner names.
pub fn staff() -> &'static [Clerk] {
    const fn clerk(
        given: &'static str,
        name: &'static str,
        email: &'static str,
        keys: &'static [&'static str],
        centres: &'static [usize],
    ) -> Clerk {
        Clerk { given, name, email, administrator: false, left: false, keys, centres }
    }
    const ADVISER: &[&str] = &["Clients.Edit", "Accounts.Own", "Letters.Export"];
    static STAFF: [Clerk; 6] = [
        Clerk { administrator: true, ..clerk("Ada", "Ada Bell", "ada@bellcarter.example", &[], &[]) },
        clerk("Ben", "Ben Carter", "ben@bellcarter.example", ADVISER, &[0, 1]),
        clerk("Clara", "Clara Nowak", "clara@bellcarter.example", ADVISER, &[1, 2]),
        clerk("Dieter", "Dieter Köhler", "dieter@bellcarter.example", &["Clients.Edit"], &[0]),
        clerk("Efua", "Efua Mensah", "efua@bellcarter.example", &["Audit.View", "Accounts.Manage"], &[0, 1, 2]),
        Clerk { left: true, ..clerk("Frank", "Frank Osei", "frank@bellcarter.example", &[], &[0]) },
    ];
    &STAFF
}

/// An address on a client's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAddress {
    /// The address.
    pub address: String,
    /// Slot, from 1.
    pub slot: usize,
    /// First day, `YYYY-MM-DD`, or empty.
    pub from: String,
    /// Last day, `YYYY-MM-DD`, or empty.
    pub to: String,
    /// The same in seconds since 1970.
    pub(super) span: (i64, i64),
}

/// A client of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoClient {
    /// The office's code.
    pub code: &'static str,
    /// As on the file.
    pub name: &'static str,
    /// Place in [`CENTRES`].
    pub centre: usize,
    /// The client's own addresses.
    pub own: Vec<DemoAddress>,
    /// The partner's.
    pub partner: Vec<DemoAddress>,
    pub(super) language: &'static str,
    /// Place in [`staff`].
    pub(super) adviser: usize,
    /// How many conversations, roughly.
    pub(super) busy: usize,
    /// Full names of self and partner.
    pub(super) people: (&'static str, &'static str),
}

/// The clients. A line: code, name, cost centre, language, adviser, conversations, self's and partner's name, addresses.
/// An address: `s1` or `p2`, then `=`, the address, and `<900` (until 900 days ago) or `>900` (from then on).
const TABLE: &str = "\
H1001|Margaret and Thomas Hale|0|en|1|34|Margaret Hale|Thomas Hale|s1=margaret.hale@example.org s2=m.hale@hale-pottery.example>700 p1=thomas@hale-pottery.example
O1002|Miriam Okafor|1|en|2|26|Miriam Okafor||s1=miriam.okafor@example.com<620 s2=miriam@okafor-design.example>621
B1003|Øystein Brandt|1|en|2|22|Øystein Brandt||s1=oystein.brandt@example.net
P1004|The Pemberton Family Trust|2|en|0|46|Cecily Pemberton|Rupert Pemberton|s1=trustees@pemberton.example s2=cecily@pemberton.example p1=rupert.pemberton@example.org
P1005|Cecily Pemberton|0|en|0|18|Cecily Pemberton||s1=cecily@pemberton.example s2=cecily.p@example.net
H1006|Jo and Sam Hartley|0|en|1|30|Jo Hartley|Sam Hartley|s1=jo.hartley@example.com p1=jo.hartley@example.com p2=sam.hartley@example.net
M1007|Jürgen and Renate Müller|0|de|3|27|Jürgen Müller|Renate Müller|s1=juergen.mueller@example.org p1=renate.mueller@example.org
G1008|Groß & Söhne Bäckerei GmbH|2|de|3|20|Günther Groß|Ursula Groß|s1=buero@gross-baeckerei.example s2=guenther@gross-baeckerei.example p1=ursula@gross-baeckerei.example
D1009|Hélène Dubois|1|fr|2|21|Hélène Dubois||s1=helene.dubois@example.com<410 s2=helene.dubois@example.net>411
L1010|Émile and Renée Lefèvre|0|fr|1|18|Émile Lefèvre|Renée Lefèvre|s1=emile.lefevre@example.org p1=renee.lefevre@example.org
N1011|Lucía Núñez Ortega|1|es|2|16|Lucía Núñez Ortega||s1=lucia.nunez@example.com
W1012|Agnieszka and Marek Wiśniewski|0|pl|2|15|Agnieszka Wiśniewska|Marek Wiśniewski|s1=agnieszka.w@example.org p1=marek.w@example.org
S1013|鈴木 健二 (Kenji Suzuki)|1|ja|0|14|鈴木 健二||s1=kenji.suzuki@example.com
T1014|Eleanor Tregear|0|en|1|20|Eleanor Tregear||s1=eleanor.tregear@example.org s2=nell@example.net
T1015|Dorothy Tregear (power of attorney: Eleanor)|0|en|1|16|Eleanor Tregear||s1=eleanor.tregear@example.org
O1016|Siobhán and Liam O'Brien|0|en|3|24|Siobhán O'Brien|Liam O'Brien|s1=siobhan.obrien@example.com p1=liam@obrien-joinery.example
P1017|Priya Patel|1|en|2|23|Priya Patel||s1=priya.patel@example.org<300 s2=priya@patel-dental.example>301
P1018|Patel Dental Care Ltd|2|en|2|22|Priya Patel|Anand Patel|s1=priya@patel-dental.example s2=accounts@patel-dental.example p1=anand@patel-dental.example
V1019|William van der Berg|1|en|0|17|William van der Berg||s1=w.vandenberg@example.net
F1020|Fletcher Haulage Ltd|2|en|2|28|Fiona Fletcher|Gordon Fletcher|s1=fiona@fletcher-haulage.example s2=payroll@fletcher-haulage.example p1=gordon@fletcher-haulage.example
J1021|Rhiannon and Owain Jones|0|en|1|20|Rhiannon Jones|Owain Jones|s1=rhiannon.jones@example.org p1=owain.jones@example.org
K1022|Khalid and Noor Karim|0|en|3|19|Khalid Karim|Noor Karim|s1=khalid.karim@example.com p1=noor.karim@example.com
A1023|Archer & Lowe Architects|2|en|2|18|Simon Archer|Beatrice Lowe|s1=simon@archer-lowe.example p1=bea@archer-lowe.example
E1024|Captain Hugh Ellery|1|en|0|15|Hugh Ellery||s1=hugh.ellery@example.org
R1025|Giulia Rossi|1|en|2|14|Giulia Rossi||s1=giulia.rossi@example.com
W1026|Walker, Estate of the late Robert|0|en|1|13|Vera Walker||s1=vera.walker@example.org
Y1027|Zoë Young|1|en|2|17|Zoë Young||s1=zoe.young@example.net
C1028|Chapel Row Almshouses|2|en|0|21|Arthur Penrose|Mary Quinn|s1=clerk@chapelrow.example p1=mary.quinn@example.org
I1029|Ivan and Maria Ivanov|0|en|1|13|Ivan Ivanov|Maria Ivanova|s1=ivan.ivanov@example.com p1=maria.ivanova@example.com
Q1030|Quentin Marsh|1|en|2|12|Quentin Marsh||s1=quentin.marsh@example.org
N1031|Niamh Byrne and Ruth Adler|0|en|3|18|Niamh Byrne|Ruth Adler|s1=niamh.byrne@example.net p1=ruth.adler@example.net s2=home@byrne-adler.example p2=home@byrne-adler.example
Z1032|Dr. Sabine Zimmermann|1|de|3|17|Sabine Zimmermann||s1=praxis@zimmermann-arzt.example s2=sabine.zimmermann@example.org
S1033|Tom and Alice Sedgwick|0|en|1|15|Tom Sedgwick|Alice Sedgwick|s1=tom.sedgwick@example.com<500 s2=tom@sedgwick-cider.example>501 p1=alice.sedgwick@example.com
B1034|Grace Boateng|1|en|2|14|Grace Boateng||s1=grace.boateng@example.org
L1035|Lighthouse Sailing Club|2|en|0|13|Peter Trevithick||s1=treasurer@lighthouse-sailing.example
M1036|Ines Moreau|1|fr|2|9|Inès Moreau||s1=ines.moreau@example.org
H1037|Harriet Vaughan|0|en|1|11|Harriet Vaughan||s1=harriet.vaughan@example.net
D1038|Desmond and Pearl Drake|0|en|3|10|Desmond Drake|Pearl Drake|s1=pearl.drake@example.com p1=pearl.drake@example.com
U1039|Ullrich Holding AG|2|de|3|8|Klaus Ullrich||s1=finanz@ullrich-holding.example
X1040|Xanthe Rowe (new)|0|en|1|0|Xanthe Rowe||s1=xanthe.rowe@example.org
";

/// The clients of the office, as they stand on a day.
pub fn clients(now: i64) -> Vec<DemoClient> {
    TABLE.lines().filter_map(|line| client(line, now)).collect()
}

fn client(line: &'static str, now: i64) -> Option<DemoClient> {
    let mut words = line.split('|');
    let mut client = DemoClient {
        code: words.next()?,
        name: words.next()?,
        centre: words.next()?.parse().ok()?,
        language: words.next()?,
        adviser: words.next()?.parse().ok()?,
        busy: words.next()?.parse().ok()?,
        people: (words.next()?, words.next()?),
        own: Vec::new(),
        partner: Vec::new(),
    };
    for word in words.next()?.split(' ') {
        let (place, rest) = word.split_once('=')?;
        let address = address(place[1..].parse().ok()?, rest, now)?;
        if place.starts_with('s') { client.own.push(address) } else { client.partner.push(address) }
    }
    Some(client)
}

fn address(slot: usize, text: &str, now: i64) -> Option<DemoAddress> {
    let ago = |days: &str| Some(now - days.parse::<i64>().ok()? * 86_400);
    let (address, from, to) = match (text.split_once('<'), text.split_once('>')) {
        (Some((address, days)), _) => (address, None, Some(ago(days)?)),
        (_, Some((address, days))) => (address, Some(ago(days)?), None),
        _ => (text, None, None),
    };
    let written = |moment: Option<i64>| moment.map(day_of).unwrap_or_default();
    Some(DemoAddress {
        address: address.to_owned(),
        slot,
        from: written(from),
        to: written(to),
        span: (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)),
    })
}

/// Somebody outside the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Correspondent {
    pub name: String,
    pub address: String,
}

impl Correspondent {
    pub fn new(name: &str, address: &str) -> Self {
        Self { name: name.to_owned(), address: address.to_owned() }
    }

    pub fn given(&self) -> &str {
        self.name.split(' ').next().unwrap_or("")
    }
}

impl Clerk {
    pub(super) fn correspondent(&self) -> Correspondent {
        Correspondent::new(self.name, self.email)
    }
}

impl DemoClient {
    /// Who of the two writes, and from where at that moment.
    pub(super) fn writer(&self, moment: i64, partner: bool, other: usize) -> Correspondent {
        let partner = partner && !self.partner.is_empty() && !self.people.1.is_empty();
        let (name, addresses) = if partner { (self.people.1, &self.partner) } else { (self.people.0, &self.own) };
        let valid: Vec<&DemoAddress> = addresses.iter().filter(|address| (address.span.0..address.span.1).contains(&moment)).collect();
        let address = valid.get(other % valid.len().max(1)).copied().or(addresses.first());
        Correspondent::new(name, address.map_or("nobody@example.org", |address| address.address.as_str()))
    }
}

/// Providers of pensions and insurance: name and address.
pub(super) const PROVIDERS: [(&str, &str); 7] = [
    ("Meridian Life", "service@meridian-life.example"),
    ("Northern Mutual", "letters@northern-mutual.example"),
    ("Harbour Insurance", "claims@harbour-insurance.example"),
    ("Albion Pensions", "noreply@albion-pensions.example"),
    ("Castle Building Society", "mortgages@castle-bs.example"),
    ("Sterling Funds", "dealing@sterling-funds.example"),
    ("Western Assurance", "customer.servicing@western-assurance.example"),
];

/// The solicitor who is copied in.
pub(super) fn solicitor() -> Correspondent {
    Correspondent::new("Hannah Frost", "hannah.frost@frost-lowe.example")
}
