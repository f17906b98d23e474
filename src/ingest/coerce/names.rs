//! The names of months and weekdays in the languages that exports are written in: English, German, French, Spanish,
//! Portuguese, Italian, Dutch, Polish, Swedish, Danish, Norwegian, Finnish, Czech and Turkish.
//!
//! From CLDR (wide and abbreviated, beside a day and alone), with the older abbreviations of Java (`Mrz`) and forms
//! without accents. No name means two months; a test holds that.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The month, 1–12, that a word without its dot names, whatever its case.
pub(super) fn month(word: &str) -> Option<u32> {
    NUMBERS.get(folded(word).as_str()).copied()
}

/// Whether a word without its dot is a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    let word = folded(word);
    WEEKDAYS.split_whitespace().any(|name| name == word)
}

/// Lower case; the dot that a Turkish `İ` leaves above its `i` is taken off.
fn folded(word: &str) -> String {
    word.to_lowercase().replace('\u{307}', "")
}

/// Every name of [`MONTHS`] with its number.
static NUMBERS: LazyLock<BTreeMap<&str, u32>> = LazyLock::new(|| {
    (1..).zip(MONTHS).flat_map(|(number, names)| names.split_whitespace().map(move |name| (name, number))).collect()
});

/// Every name with its number.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = (&'static str, u32)> {
    NUMBERS.iter().map(|(name, number)| (*name, *number))
}

const MONTHS: [&str; 12] = [
    "ene enero gen gennaio jan janeiro januar januari january janv janvier jän jänner led leden ledna oca ocak sty \
     styczeń stycznia tammi tammikuu tammikuuta",
    "feb febbraio febrero februar februari february fev fevereiro fevr fevrier févr février helmi helmikuu \
     helmikuuta lut lutego luty subat unora úno únor února şub şubat",
    "brezen brezna bře březen března maalis maaliskuu maaliskuuta maart maerz mar marca march marco mars mart marts \
     marzec marzo março mrt mrz mär märz",
    "abr abril apr april aprile avr avril dub duben dubna huhti huhtikuu huhtikuuta kwi kwiecień kwietnia nis nisan",
    "kveten kvetna kvě květen května mag maggio mai maio maj maja may mayis mayo mayıs mei touko toukokuu \
     toukokuuta",
    "cerven cervna cze czerwca czerwiec giu giugno haz haziran juin jun june junho juni junio kesa kesakuu kesä \
     kesäkuu kesäkuuta červen června čvn",
    "cervence cervenec heina heinakuu heinä heinäkuu heinäkuuta juil juillet jul julho juli julio july lip lipca \
     lipiec lug luglio tem temmuz července červenec čvc",
    "ago agosto agu agustos aout août aug august augusti augustus ağu ağustos elo elokuu elokuuta sie sierpien \
     sierpień sierpnia srp srpen srpna",
    "eyl eylul eylül sep sept september septembre septiembre set setembro settembre syys syyskuu syyskuuta wrz \
     wrzesien wrzesień wrzesnia września zar zari zář září",
    "eki ekim loka lokakuu lokakuuta oct october octobre octubre okt oktober ott ottobre out outubro paz \
     pazdziernik pazdziernika paź październik października rijen rijna říj říjen října",
    "kas kasim kasım lis listopad listopada listopadu marras marraskuu marraskuuta nov november novembre novembro \
     noviembre",
    "ara aralik aralık dec december decembre des desember dez dezember dezembro dic dicembre diciembre déc décembre \
     gru grudnia grudzien grudzień joulu joulukuu joulukuuta pro prosince prosinec",
];

const WEEKDAYS: &str = "cmt cum cuma cumartesi czw czwartek di dienstag dim dimanche dinsdag do dom domenica domingo donderdag \
    donnerstag fr fre fredag freitag fri friday gio giovedì jeu jeudi jue jueves ke keskiviikko keskiviikkona la \
    lauantai lauantaina lun lundi lunedì lunes lör lördag lør lørdag ma maanantai maanantaina maandag man mandag \
    mar mardi martedì martes mer mercoledì mercredi mi mie mittwoch mié miércoles mo mon monday montag mån måndag \
    ne neděle niedz niedziela ons onsdag paz pazar pazartesi pe per perjantai perjantaina perşembe piątek po pon \
    pondělí poniedziałek pt pzt pá pátek qua quarta qui quinta sa sab sabato sal salı sam samedi samstag sat \
    saturday seg segunda sex sexta so sob sobota sonntag st středa su sun sunday sunnuntai sáb sábado sön söndag \
    søn søndag ter terça thu thur thurs thursday ti tiistai tiistaina tir tirs tirsdag tis tisdag to tor tors \
    torsdag torstai torstaina tue tues tuesday ven vendredi venerdì vie viernes vr vrijdag wed wednesday weds wo \
    woensdag wt wtorek za zaterdag zo zondag çar çarşamba út úterý čt čtvrtek śr środa";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_months() {
        let all: Vec<&str> = MONTHS.iter().flat_map(|names| names.split_whitespace()).collect();
        assert_eq!(NUMBERS.len(), all.len());
        let is_folded = |name: &str| folded(name) == name && name.chars().all(char::is_alphabetic);
        assert!(all.into_iter().chain(WEEKDAYS.split_whitespace()).all(is_folded));
    }

    #[test]
    fn names_in_many_languages() {
        for (name, number) in [
            ("Jan", 1),
            ("FEBRUARY", 2),
            ("Mrz", 3),
            ("märz", 3),
            ("avr", 4),
            ("mayıs", 5),
            ("kesäkuuta", 6),
            ("lipca", 7),
            ("août", 8),
            ("Września", 9),
            ("ŘÍJNA", 10),
            ("KASIM", 11),
            ("grudnia", 12),
            ("dez", 12),
        ] {
            assert_eq!(month(name), Some(number), "{name}");
        }
        for name in ["", "ja", "Janu", "Q1", "monday", "lis1"] {
            assert_eq!(month(name), None, "{name}");
        }
        assert!(["Di", "tue", "Çarşamba", "středa", "terça", "keskiviikkona"].into_iter().all(is_weekday));
        assert!(!["", "foo", "march"].into_iter().any(is_weekday));
    }
}
