//! One customer, one id: accounts joined across systems.
//!
//! Every system names a customer in its own way. A row is joined to an account by its id, else by an id that another system gave the
//! account, else by the domain of an e-mail address, else by the exact name – each only when it points to one account. Domains of
//! mail providers join nobody. What is joined by which rule is counted; what is not stays as it is written.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Serialize;

use super::frame::{Fast, Gathered};
use crate::tables::{LIST_SEPARATOR, TableId};

/// The rule by which a row was joined to an account, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinRule {
    /// The id of the account itself, as written; of ids of 15 and 18 characters the first 15.
    Id,
    /// An id that another system knows the account by.
    ExternalId,
    /// The account of the row's user.
    User,
    /// The domain of an e-mail address, or of a web site.
    Domain,
    /// The name, letter by letter.
    Name,
    /// None: the account is as the row writes it.
    Unmatched,
}

impl JoinRule {
    /// The words for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::ExternalId => "external id",
            Self::User => "user",
            Self::Domain => "e-mail domain",
            Self::Name => "exact name",
            Self::Unmatched => "unmatched",
        }
    }
}

/// Rows by table and rule.
pub type Joins = BTreeMap<(TableId, JoinRule), u64>;

/// What the accounts are known by. A key that two accounts share is none.
#[derive(Debug, Default)]
struct Identity {
    ids: HashMap<String, Option<Rc<str>>>,
    external: HashMap<String, Option<Rc<str>>>,
    domains: HashMap<String, Option<Rc<str>>>,
    names: HashMap<String, Option<Rc<str>>>,
    users: HashMap<Rc<str>, Rc<str>>,
}

/// What a row says of its account.
#[derive(Debug, Clone, Copy)]
struct Clues<'r> {
    id: Option<&'r str>,
    domain: Option<&'r str>,
    name: Option<&'r str>,
    user: Option<&'r str>,
}

/// Gives every row that points to an account the id of that account, and counts the rules.
pub(super) fn join(tables: &mut BTreeMap<TableId, Gathered>) -> Joins {
    let mut joins = Joins::new();
    let mut identity = tables.get(&TableId::Accounts).map(Identity::of).unwrap_or_default();
    let is_known = tables.contains_key(&TableId::Accounts);
    if let Some(users) = tables.get_mut(&TableId::Users) {
        identity.resolve(TableId::Users, users, is_known, &mut joins);
        let (user, account) = (Column::of(users, "user_id"), Column::of(users, "account_id"));
        let pairs = (0..users.len()).filter_map(|row| Some((user.text(row)?, account.text(row)?)));
        identity.users = pairs.map(|(user, account)| (Rc::clone(user), Rc::clone(account))).collect();
    }
    for table in [TableId::UsageEvents, TableId::Tickets, TableId::Runs, TableId::Commitments] {
        if let Some(rows) = tables.get_mut(&table) {
            identity.resolve(table, rows, is_known, &mut joins);
        }
    }
    joins
}

/// A column of texts by row.
#[derive(Debug, Clone, Copy, Default)]
struct Column<'g> {
    texts: &'g [Rc<str>],
    places: &'g [u32],
}

impl<'g> Column<'g> {
    /// One that holds nothing when the table has none of this name.
    fn of(rows: &'g Gathered, name: &str) -> Self {
        let (texts, places) = rows.texts(name).unwrap_or_default();
        Self { texts, places }
    }

    /// What tells its texts apart; 0 without one.
    fn place(&self, row: usize) -> u32 {
        self.places.get(row).copied().unwrap_or_default()
    }

    fn text(&self, row: usize) -> Option<&'g Rc<str>> {
        self.texts.get((self.place(row) as usize).checked_sub(1)?)
    }
}

impl Identity {
    fn of(accounts: &Gathered) -> Self {
        let mut identity = Self::default();
        let column = |name| Column::of(accounts, name);
        let (ids, external, domains, names) =
            (column("account_id"), column("external_ids"), column("domains"), column("name"));
        for row in 0..accounts.len() {
            let Some(id) = ids.text(row) else { continue };
            claim(&mut identity.ids, id_key(id), id);
            let items = |cells: &Column| -> Vec<String> {
                cells.text(row).iter().flat_map(|cell| cell.split(LIST_SEPARATOR)).map(str::to_owned).collect()
            };
            for key in items(&external) {
                claim(&mut identity.external, key, id);
            }
            for key in items(&domains).iter().filter_map(|item| domain_of(item)) {
                claim(&mut identity.domains, key, id);
            }
            for key in items(&names) {
                claim(&mut identity.names, key, id);
            }
        }
        identity
    }

    fn resolve(&self, table: TableId, rows: &mut Gathered, is_known: bool, joins: &mut Joins) {
        let column = |name| Column::of(rows, name);
        // A user table says where its users belong; elsewhere the user says it.
        let users = if table == TableId::Users { Column::default() } else { column("user_id") };
        let clues = [column("account_id"), column("account_domain"), column("account_name"), users];
        // Rows with the same clues belong to the same account, so that each combination is resolved once.
        let mut known: Fast<[u32; 4], u32> = Fast::default();
        let mut resolved: Vec<(Option<Rc<str>>, JoinRule, u64)> = Vec::new();
        let mut accounts = Vec::with_capacity(rows.len());
        for row in 0..rows.len() {
            let number = *known.entry(clues.each_ref().map(|clue| clue.place(row))).or_insert_with(|| {
                let [id, domain, name, user] = clues.each_ref().map(|clue| clue.text(row).map(AsRef::as_ref));
                let (account, rule) = self.account(Clues { id, domain, name, user });
                resolved.push((account, rule, 0));
                u32::try_from(resolved.len() - 1).expect("no more combinations than rows")
            });
            resolved[number as usize].2 += 1;
            accounts.push(number);
        }
        for (account, rule, count) in &resolved {
            if is_known && (account.is_some() || *rule != JoinRule::Unmatched) {
                *joins.entry((table, *rule)).or_default() += count;
            }
        }
        let texts: Vec<Option<Rc<str>>> = resolved.into_iter().map(|(account, ..)| account).collect();
        rows.replace("account_id", &texts, &accounts);
    }

    /// The account that the clues point to, and by which rule.
    fn account(&self, clues: Clues) -> (Option<Rc<str>>, JoinRule) {
        let one = |keys: &HashMap<String, Option<Rc<str>>>, key: String| keys.get(&key).cloned().flatten();
        let by_user = || clues.user.filter(|_| clues.id.is_none()).and_then(|user| self.users.get(user).cloned());
        let domains = [clues.domain, clues.id, clues.user].into_iter().flatten();
        let mail_or_site = |text: &&str| Some(*text) == clues.domain || text.contains('@');
        let by_domain = || domains.filter(mail_or_site).find_map(|text| one(&self.domains, domain_of(text)?));
        let by_name =
            || [clues.name, clues.id].into_iter().flatten().find_map(|name| one(&self.names, name.to_owned()));
        let found = None
            .or_else(|| Some((one(&self.ids, id_key(clues.id?))?, JoinRule::Id)))
            .or_else(|| Some((one(&self.external, clues.id?.to_owned())?, JoinRule::ExternalId)))
            .or_else(|| Some((by_user()?, JoinRule::User)))
            .or_else(|| Some((by_domain()?, JoinRule::Domain)))
            .or_else(|| Some((by_name()?, JoinRule::Name)));
        if let Some((account, rule)) = found {
            (Some(account), rule)
        } else {
            let written = clues.id.map(str::to_owned).or_else(|| clues.name.map(str::to_owned));
            let written = written.or_else(|| domain_of(clues.domain?));
            (written.map(|text| Rc::from(text.as_str())), JoinRule::Unmatched)
        }
    }
}

/// Notes that a key is one of an account; a key of two accounts is nobody's.
fn claim(keys: &mut HashMap<String, Option<Rc<str>>>, key: String, id: &Rc<str>) {
    keys.entry(key)
        .and_modify(|known| {
            if known.as_ref() != Some(id) {
                *known = None;
            }
        })
        .or_insert_with(|| Some(Rc::clone(id)));
}

/// Salesforce writes an id with 15 characters, or with three more that repeat the case of the first for systems that do not tell it.
fn id_key(id: &str) -> String {
    let is_id = matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_prefixed = id.bytes().take(3).all(|byte| byte.is_ascii_digit());
    if is_id && is_prefixed { id[..15].to_owned() } else { id.to_owned() }
}

/// The domain of an e-mail address, a web address or a domain, lower-case; `None` for a mail provider's, and for what is none.
pub(super) fn domain_of(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('>').to_lowercase();
    let host = text.rsplit('@').next().unwrap_or_default();
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-'));
    (is_host && !is_provider(host)).then(|| host.to_owned())
}

/// Mail providers whose addresses anybody can have: with any ending, and with their own.
const PROVIDERS: [&str; 9] = ["gmail", "googlemail", "yahoo", "ymail", "outlook", "hotmail", "live", "gmx", "yandex"];
const PROVIDER_DOMAINS: [&str; 62] = [
    "126.com",
    "163.com",
    "aim.com",
    "alice.it",
    "aol.com",
    "arcor.de",
    "att.net",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "comcast.net",
    "cox.net",
    "daum.net",
    "email.com",
    "fastmail.com",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "hanmail.net",
    "hey.com",
    "icloud.com",
    "inbox.com",
    "interia.pl",
    "kpnmail.nl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "orange.fr",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "sina.com",
    "sky.com",
    "t-online.de",
    "telenet.be",
    "terra.com.br",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "ziggo.nl",
    "zoho.com",
];

fn is_provider(host: &str) -> bool {
    let first = host.split('.').next().unwrap_or_default();
    PROVIDERS.contains(&first) || PROVIDER_DOMAINS.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::coerce::Value;

    fn gathered(table: TableId, rows: &[&[(&str, &str)]]) -> Gathered {
        let mut gathered = Gathered::new(table.table());
        for (row, line) in rows.iter().zip(1..) {
            let cell = |name: &str| row.iter().find(|(column, _)| *column == name).map(|(_, text)| *text);
            let cells: Vec<Value> = (table.table().columns.iter())
                .map(|column| cell(column.name).map_or(Value::Null, |text| Value::Text(text.into())))
                .collect();
            gathered.push(&cells, 0, line, 0);
        }
        gathered
    }

    fn accounts() -> Gathered {
        let list = format!("crm-1{LIST_SEPARATOR}bill-1");
        gathered(
            TableId::Accounts,
            &[
                &[
                    ("account_id", "001000000000A1Q"),
                    ("external_ids", &list),
                    ("domains", "acme.example"),
                    ("name", "Acme"),
                ],
                &[("account_id", "b"), ("domains", "shared.example"), ("name", "Beta")],
                &[("account_id", "c"), ("domains", "shared.example"), ("name", "Beta")],
                &[("account_id", "d"), ("domains", "gmail.com"), ("name", "Delta")],
            ],
        )
    }

    fn joined(rows: &[&[(&str, &str)]]) -> (Vec<Option<String>>, Vec<(JoinRule, u64)>) {
        let users = gathered(TableId::Users, &[&[("user_id", "u1"), ("account_domain", "ann@acme.example")]]);
        let tickets = gathered(TableId::Tickets, rows);
        let mut tables =
            BTreeMap::from([(TableId::Accounts, accounts()), (TableId::Users, users), (TableId::Tickets, tickets)]);
        let joins = join(&mut tables);
        let accounts = Column::of(&tables[&TableId::Tickets], "account_id");
        let joins = joins.into_iter().filter(|((table, _), _)| *table == TableId::Tickets);
        (
            (0..rows.len()).map(|row| accounts.text(row).map(ToString::to_string)).collect(),
            joins.map(|((_, rule), n)| (rule, n)).collect(),
        )
    }

    #[test]
    fn each_rule_joins_and_is_counted() {
        let (accounts, joins) = joined(&[
            &[("account_id", "001000000000A1QAAY")],
            &[("account_id", "bill-1")],
            &[("user_id", "u1")],
            &[("account_domain", "Bob@Acme.Example")],
            &[("account_name", "Acme")],
            &[("account_id", "Delta")],
            &[("account_id", "unknown")],
            &[],
        ]);
        let acme = Some("001000000000A1Q".to_owned());
        assert_eq!(accounts[..5], [acme.clone(), acme.clone(), acme.clone(), acme.clone(), acme]);
        assert_eq!(accounts[5..], [Some("d".to_owned()), Some("unknown".to_owned()), None]);
        assert_eq!(
            joins,
            [
                (JoinRule::Id, 1),
                (JoinRule::ExternalId, 1),
                (JoinRule::User, 1),
                (JoinRule::Domain, 1),
                (JoinRule::Name, 2),
                (JoinRule::Unmatched, 1)
            ]
        );
    }

    #[test]
    fn what_points_to_two_accounts_or_to_a_provider_joins_none() {
        let (accounts, joins) = joined(&[
            &[("account_domain", "x@shared.example")],
            &[("account_name", "Beta")],
            &[("account_domain", "x@gmail.com")],
            &[("account_name", "acme")],
        ]);
        let written = ["shared.example", "Beta"].map(|text| Some(text.to_owned()));
        assert_eq!(accounts[..2], written);
        assert_eq!(accounts[2..], [None, Some("acme".to_owned())]);
        assert_eq!(joins, [(JoinRule::Unmatched, 3)]);
    }

    #[test]
    fn domains_are_taken_from_addresses() {
        for (text, domain) in [
            ("Ann <ann@Acme.example>", Some("acme.example")),
            ("https://www.acme.example:8080/x?y", Some("acme.example")),
            ("acme.example", Some("acme.example")),
            ("ann@yahoo.co.uk", None),
            ("ann@web.de", None),
            ("ann", None),
            ("", None),
            (".a", None),
        ] {
            assert_eq!(domain_of(text).as_deref(), domain, "{text}");
        }
        assert_eq!(id_key("001000000000A1QAAY"), "001000000000A1Q");
        assert_eq!(id_key("abcdefghijklmno"), "abcdefghijklmno");
    }
}
