//! A table of prices. The one that is built in and the one of `--prices FILE` have the same form and the same reader.

use std::sync::LazyLock;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrorKind, Place};
use super::section::{Fault, Section, wrong_type};
use super::{decode, syntax};
use crate::model::{Price, PriceItem, Prices, Usd};

const BUILT_IN: &str = include_str!("prices.toml");

const KEYS: [&str; 5] = ["item", "region", "usd", "source", "as_of"];

const AMOUNT: &str = "expected an amount of US dollars such as 0.0225, with six decimals at most";

impl Default for Prices {
    /// The prices that are built in.
    fn default() -> Self {
        static TABLE: LazyLock<Prices> = LazyLock::new(|| read_prices("prices.toml", BUILT_IN.as_bytes()).expect("a test reads it"));
        TABLE.clone()
    }
}

/// Reads a table of prices: `[[price]]` tables with `item`, `region`, `usd`, `source` and `as_of`. `source` is what messages call it.
///
/// # Errors
///
/// When the text is not TOML, or says anything that is not understood; [`ConfigErrorKind`] lists the reasons.
pub fn read_prices(source: &str, text: &[u8]) -> Result<Prices, ConfigError> {
    let text = decode(text).map_err(|kind| ConfigError::new(source, None, kind))?;
    let fault = |fault: Fault| ConfigError::new(source, Some(Place::of(text, fault.at)), fault.kind);
    let document = DeTable::parse(text).map_err(|error| fault(syntax(&error)))?;
    read(text, &document).map_err(fault)
}

fn read(text: &str, document: &Spanned<DeTable<'_>>) -> Result<Prices, Fault> {
    let section = Section::of(document.get_ref(), &document.span(), "table of prices", "key of a table of prices", &["price"])?;
    let (mut prices, mut places) = (Prices::none(), Vec::new());
    for value in section.items("price", "[[price]] tables")? {
        let (item, region, price) = of_table(value)?;
        let at = value.span().start;
        if prices.set(item, &region, price).is_some() {
            let first = places.iter().find(|(known, of, _)| (*known, of) == (item, &region));
            let line = first.map_or(1, |(_, _, at)| Place::of(text, *at).line);
            return Err(Fault { at, kind: ConfigErrorKind::SamePrice { line } });
        }
        places.push((item, region, at));
    }
    Ok(prices)
}

fn of_table(value: &Spanned<DeValue<'_>>) -> Result<(PriceItem, String, Price), Fault> {
    let table = value.get_ref().as_table().ok_or_else(|| wrong_type("price", value, "[[price]] tables"))?;
    let section = Section::of(table, &value.span(), "[[price]]", "key of [[price]]", &KEYS)?;
    let item = section.required("item", "what is paid for, such as \"load-balancer-hour\"")?;
    let item = item.word("item of a price", || PriceItem::ALL.map(PriceItem::as_str).to_vec())?;
    let region = section.required("region", "a Region in quotes, such as \"us-east-1\"")?;
    let source = section.required("source", "who says so")?;
    let as_of = section.required("as_of", "the day or month of the price in quotes, such as \"2026-11\"")?;
    if !is_day_or_month(as_of.value) {
        return Err(as_of.invalid("as_of", "expected a day or a month such as \"2026-11-23\" or \"2026-11\""));
    }
    let price = Price { usd: amount(&section)?, source: source.value.to_owned(), as_of: as_of.value.to_owned() };
    Ok((item, region.value.to_owned(), price))
}

/// Read from the digits themselves: no price is a binary fraction.
fn amount(section: &Section<'_, '_>) -> Result<Usd, Fault> {
    let value = section.value("usd").ok_or_else(|| section.missing("usd", "the price of one in US dollars, such as 0.0225"))?;
    let digits = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::String(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            return Err(wrong_type("usd", value, "a number, such as 0.0225"));
        }
    };
    let invalid = || Fault { at: value.span().start, kind: ConfigErrorKind::Invalid { key: "usd", expected: AMOUNT.to_owned() } };
    Usd::parse(digits).ok_or_else(invalid)
}

fn is_day_or_month(text: &str) -> bool {
    let digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|b| b.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        read_prices("mine.toml", text.as_bytes()).expect_err(text).to_string()
    }

    fn table(lines: &str) -> String {
        format!("[[price]]\nitem = \"public-ipv4-hour\"\nregion = \"eu-west-1\"\nsource = \"our contract\"\n{lines}\n")
    }

    #[test]
    fn every_item_has_a_price_wherever_it_is() {
        for item in PriceItem::ALL {
            let prices = Prices::default();
            let quote = prices.of(item, "nowhere-1").unwrap_or_else(|| panic!("{} has no price", item.as_str()));
            assert!(quote.price.usd > Usd::ZERO && quote.lacks.is_some(), "{quote}");
        }
    }

    #[test]
    fn a_price_is_read_to_its_last_digit() {
        let prices = read_prices("mine.toml", table("usd = 0.004321\nas_of = \"2026-11-01\"").as_bytes()).expect("a table");
        let quote = prices.of(PriceItem::PublicIpv4Hour, "eu-west-1").map(|quote| quote.to_string());
        assert_eq!(quote.as_deref(), Some("$0.004321 (eu-west-1, as of 2026-11-01)"));
    }

    #[test]
    fn what_is_not_understood_names_its_line() {
        let as_of = "as_of = \"2026-11\"";
        assert_eq!(
            refusal(&table("usd = 1\nas-of = \"2026-11\"")),
            "read mine.toml, line 6, column 1: `as-of` is no key of [[price]]; did you mean `as_of`?"
        );
        assert!(refusal("[[prices]]").contains("`prices` is no key of a table of prices; did you mean `price`?"));
        assert!(refusal(&table(as_of)).contains("line 1, column 1: this [[price]] has no `usd`"));
        for bad in ["-1", "1e3", "inf", "0.0000001"] {
            assert!(refusal(&table(&format!("usd = {bad}\n{as_of}"))).contains("line 5, column 7: `usd` cannot be that"), "{bad}");
        }
        assert!(refusal(&table(&format!("usd = \"1\"\n{as_of}"))).contains("`usd` is a text; expected a number"));
        assert!(refusal(&table("usd = 1\nas_of = \"lately\"")).contains("line 6, column 9: `as_of` cannot be that"));
        assert!(refusal("[[price]]\nitem = \"loadbalancer-hour\"").contains("did you mean `load-balancer-hour`?"));
    }

    #[test]
    fn a_price_is_given_once() {
        let twice = table("usd = 1\nas_of = \"2026-11\"").repeat(2);
        assert!(refusal(&twice).contains("line 7, column 1: this [[price]] is of the same item and Region as the one at line 1"));
    }
}
