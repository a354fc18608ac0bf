//! What AWS charges, by Region: a dated table. The one that is built in is `src/input/config/prices.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::Usd;

/// Something that AWS charges for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PriceItem {
    /// An Application Load Balancer, an hour.
    LoadBalancerHour,
    /// A capacity unit (LCU) that an Application Load Balancer uses, an hour.
    LoadBalancerCapacityUnitHour,
    /// A public IPv4 address, an hour.
    PublicIpv4Hour,
    /// A metric that an alarm watches, a month.
    AlarmMetricMonth,
    /// A gigabyte of stored logs, a month.
    LogStorageGbMonth,
}

impl PriceItem {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::LoadBalancerHour, Self::LoadBalancerCapacityUnitHour, Self::PublicIpv4Hour, Self::AlarmMetricMonth, Self::LogStorageGbMonth];

    /// The name in a table of prices.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LoadBalancerHour => "load-balancer-hour",
            Self::LoadBalancerCapacityUnitHour => "load-balancer-capacity-unit-hour",
            Self::PublicIpv4Hour => "public-ipv4-hour",
            Self::AlarmMetricMonth => "alarm-metric-month",
            Self::LogStorageGbMonth => "log-storage-gb-month",
        }
    }
}

impl FromStr for PriceItem {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|item| item.as_str() == text);
        found.ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// What one item costs in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The price of one.
    pub usd: Usd,
    /// Who says so.
    pub source: String,
    /// As of which day or month: `2026-11-23`, `2026-11`.
    pub as_of: String,
}

/// The prices that costs are reckoned with. By default, those that are built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    by_item: BTreeMap<PriceItem, BTreeMap<String, Price>>,
}

impl Prices {
    /// Whose price stands in for that of a Region which the table does not know.
    pub const FALLBACK: &'static str = "us-east-1";

    /// Hours in a month, as AWS's own calculator reckons.
    pub const HOURS: u64 = 730;

    /// No price at all: nothing is known of any cost.
    #[must_use]
    pub fn none() -> Self {
        Self { by_item: BTreeMap::new() }
    }

    /// Sets the price of an item in a Region, and gives the one that it had.
    pub fn set(&mut self, item: PriceItem, region: &str, price: Price) -> Option<Price> {
        self.by_item.entry(item).or_default().insert(region.to_owned(), price)
    }

    /// Takes over all prices of another table.
    pub fn override_with(&mut self, other: Self) {
        for (item, prices) in other.by_item {
            self.by_item.entry(item).or_default().extend(prices);
        }
    }

    /// The price of an item in a Region, or that of [`Self::FALLBACK`].
    #[must_use]
    pub fn of(&self, item: PriceItem, region: &str) -> Option<Quote<'_>> {
        let prices = self.by_item.get(&item)?;
        let own = prices.get_key_value(region);
        let (of, price) = own.or_else(|| prices.get_key_value(Self::FALLBACK))?;
        Some(Quote { price, of, lacks: own.is_none().then(|| region.to_owned()) })
    }
}

/// A price, and whether it is the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote<'p> {
    /// The price.
    pub price: &'p Price,
    /// The Region whose price it is.
    pub of: &'p str,
    /// The Region whose price was asked for, if the table does not have it.
    pub lacks: Option<String>,
}

impl fmt::Display for Quote<'_> {
    /// `$0.0225 (us-east-1, as of 2026-11)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${} ({}, as of {}", self.price.usd.exactly(), self.of, self.price.as_of)?;
        match &self.lacks {
            Some(region) => write!(f, "; that of {region} is not known here)"),
            None => f.write_str(")"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(cents: u64) -> Price {
        Price { usd: Usd::from_micros(cents * 10_000), source: "a test".to_owned(), as_of: "2026-11".to_owned() }
    }

    #[test]
    fn a_region_that_the_table_does_not_know_has_the_fallbacks_price_and_says_so() {
        let mut prices = Prices::none();
        prices.set(PriceItem::PublicIpv4Hour, Prices::FALLBACK, priced(1));
        prices.set(PriceItem::PublicIpv4Hour, "eu-west-1", priced(2));
        let told = |region| prices.of(PriceItem::PublicIpv4Hour, region).map(|quote| quote.to_string());
        assert_eq!(told("eu-west-1").as_deref(), Some("$0.02 (eu-west-1, as of 2026-11)"));
        assert_eq!(told("eu-west-9").as_deref(), Some("$0.01 (us-east-1, as of 2026-11; that of eu-west-9 is not known here)"));
        assert_eq!(prices.of(PriceItem::AlarmMetricMonth, "eu-west-1"), None);
    }

    #[test]
    fn one_table_overrides_single_prices_of_another() {
        let (mut prices, mut own) = (Prices::none(), Prices::none());
        for region in ["us-east-1", "eu-west-1"] {
            prices.set(PriceItem::LoadBalancerHour, region, priced(3));
        }
        own.set(PriceItem::LoadBalancerHour, "eu-west-1", priced(2));
        prices.override_with(own);
        let usd = |region| prices.of(PriceItem::LoadBalancerHour, region).map(|quote| quote.price.usd);
        assert_eq!((usd("us-east-1"), usd("eu-west-1")), (Some(Usd::from_micros(30_000)), Some(Usd::from_micros(20_000))));
    }
}
