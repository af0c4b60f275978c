//! The people of the corpus: 2,000 of them, the first as clients with a partner, the others as strangers.

/// How many people write letters.
pub const PEOPLE: usize = 2_000;
/// The office's own address: Sent letters come from it.
pub const OFFICE_ADDRESS: &str = "office@kontor.example";

const GIVEN: [(&str, &str); 24] = [
    ("Ada", "ada"),
    ("Ben", "ben"),
    ("Chloé", "chloe"),
    ("Dörte", "doerte"),
    ("Émile", "emile"),
    ("Fiona", "fiona"),
    ("Günther", "guenther"),
    ("Hélène", "helene"),
    ("Иван", "ivan"),
    ("Jürgen", "juergen"),
    ("Kenji", "kenji"),
    ("Lucía", "lucia"),
    ("Мария", "maria"),
    ("Niamh", "niamh"),
    ("Øyvind", "oyvind"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Renée", "renee"),
    ("Siobhán", "siobhan"),
    ("太郎", "taro"),
    ("Ursula", "ursula"),
    ("Vera", "vera"),
    ("William", "william"),
    ("Zoë", "zoe"),
];
const FAMILY: [(&str, &str); 25] = [
    ("Archer", "archer"),
    ("Bäcker", "baecker"),
    ("Carter", "carter"),
    ("Dubois", "dubois"),
    ("Ēriksson", "eriksson"),
    ("Fletcher", "fletcher"),
    ("Groß", "gross"),
    ("Hughes", "hughes"),
    ("Иванов", "ivanov"),
    ("Jones", "jones"),
    ("Köhler", "koehler"),
    ("Lefèvre", "lefevre"),
    ("Müller", "mueller"),
    ("Núñez", "nunez"),
    ("O'Brien", "obrien"),
    ("Patel", "patel"),
    ("Quinn", "quinn"),
    ("Rossi", "rossi"),
    ("鈴木", "suzuki"),
    ("Taylor", "taylor"),
    ("Ullrich", "ullrich"),
    ("van der Berg", "vandenberg"),
    ("Walker", "walker"),
    ("Young", "young"),
    ("Zimmermann", "zimmermann"),
];
const DOMAINS: [&str; 12] = [
    "post.example",
    "mail.example",
    "familie.example",
    "firma.example",
    "example.org",
    "example.net",
    "notary.example",
    "insurer.example",
    "fund.example",
    "bank.example",
    "solicitors.example",
    "inbox.example",
];

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Place among the people, from 0.
    pub index: usize,
    /// The name as written.
    pub name: String,
    /// The address most letters use, lower case, as it stands in headers (IDNA A-label).
    pub address: String,
    /// An address used now and then.
    pub second: String,
}

/// The person at a place; any place works, the corpus uses those below [`PEOPLE`].
pub fn person(index: usize) -> Person {
    let (given, given_ascii) = GIVEN[index % GIVEN.len()];
    let (family, family_ascii) = FAMILY[(index / 2) % FAMILY.len()];
    // One in 37 has a domain with an umlaut.
    let domain = if index % 37 == 5 { "xn--bcher-kva.example" } else { DOMAINS[(index * 7 + index / 12) % DOMAINS.len()] };
    Person {
        index,
        name: format!("{given} {family}"),
        address: format!("{given_ascii}.{family_ascii}.{index}@{domain}"),
        second: format!("{family_ascii}{index}@privat.example"),
    }
}

/// The code of a client in [`clients_csv`].
pub fn client_code(client: usize) -> String {
    format!("C{client:04}")
}

fn has_partner(client: usize) -> bool {
    client % 4 != 3
}

fn has_second_self(client: usize) -> bool {
    client.is_multiple_of(3)
}

fn has_second_partner(client: usize) -> bool {
    has_partner(client) && client.is_multiple_of(5)
}

/// The client whose file also carries the partner's address of the client before (one address on several clients).
fn shares_with_the_one_before(client: usize) -> bool {
    client % 25 == 23 && has_partner(client - 1)
}

/// The clients whose file holds this address of this person.
pub(super) fn codes(index: usize, second: bool) -> Vec<String> {
    let client = index / 2;
    let is_self = index.is_multiple_of(2);
    let mut codes = Vec::new();
    let listed = match (is_self, second) {
        (true, false) => true,
        (true, true) => has_second_self(client),
        (false, false) => has_partner(client),
        (false, true) => has_second_partner(client),
    };
    if listed {
        codes.push(client_code(client));
    }
    if !is_self && !second && shares_with_the_one_before(client + 1) {
        codes.push(client_code(client + 1));
    }
    codes
}

/// The first `n` clients as a CSV file: `code,name,self1,self2,self3,partner1,partner2,partner3`.
/// Addresses differ from the letters' in case here and there and spell the umlaut domain out, as lists kept by people do.
pub fn clients_csv(n: usize) -> String {
    let mut csv = String::from("code,name,self1,self2,self3,partner1,partner2,partner3\n");
    for client in 0..n {
        let (own, partner) = (person(client * 2), person(client * 2 + 1));
        let name = if has_partner(client) { format!("{} & {}", own.name, partner.name) } else { own.name.clone() };
        let row = [
            client_code(client),
            format!("\"{name}\""),
            as_typed(client, &own.address),
            if has_second_self(client) { own.second } else { String::new() },
            if shares_with_the_one_before(client) { person(client * 2 - 1).address } else { String::new() },
            if has_partner(client) { as_typed(client + 1, &partner.address) } else { String::new() },
            if has_second_partner(client) { partner.second } else { String::new() },
            String::new(),
        ];
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    csv
}

fn as_typed(client: usize, address: &str) -> String {
    let spelled = address.replace("xn--bcher-kva", "bücher");
    if client % 10 == 9 { spelled.to_uppercase() } else { spelled }
}
