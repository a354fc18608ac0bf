//! What something costs a month, exact to a millionth of a dollar.

use std::fmt;
use std::iter::Sum;

/// An amount of US dollars, exact to a millionth; shown in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd {
    micros: u64,
}

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self { micros: 0 };

    /// So many millionths of a dollar.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self { micros }
    }

    /// How many millionths of a dollar.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.micros
    }

    /// Reads an amount such as `0.0225`: digits, and at most six decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (dollars, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number(dollars) || !is_number(decimals) || decimals.len() > 6 {
            return None;
        }
        let dollars: u64 = dollars.parse().ok()?;
        let micros: u64 = format!("{decimals:0<6}").parse().ok()?;
        Some(Self { micros: dollars.checked_mul(1_000_000)?.checked_add(micros)? })
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { micros: self.micros.saturating_mul(count) }
    }

    /// The share of it that so many of so many are, rounded down.
    #[must_use]
    pub fn share(self, count: u64, of: u64) -> Self {
        let micros = u128::from(self.micros) * u128::from(count) / u128::from(of.max(1));
        Self { micros: u64::try_from(micros).unwrap_or(u64::MAX) }
    }

    /// The amount to the last decimal that is not 0: `0.0225`, `0.1`, `5`.
    #[must_use]
    pub fn exactly(self) -> String {
        let text = format!("{}.{:06}", self.micros / 1_000_000, self.micros % 1_000_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Usd {
    /// In cents, half a cent rounded up: `27.38`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.micros / 10_000 + u64::from(self.micros % 10_000 >= 5_000);
        write!(f, "{}.{:02}", cents / 100, cents % 100)
    }
}

impl std::ops::Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { micros: self.micros.saturating_add(other.micros) }
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

/// What something costs a month, as far as that is certain, and what that rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What it costs in 730 hours, whether or not anybody uses it.
    pub monthly: Usd,
    /// How that was reckoned: prices, their Region and date, what depends on use, what was not read.
    pub basis: String,
}

impl Cost {
    /// Of something that AWS is not known to charge for.
    #[must_use]
    pub fn none_known() -> Self {
        Self { monthly: Usd::ZERO, basis: "no charge is known for it".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::Usd;

    #[test]
    fn an_amount_is_read_exactly_and_shown_in_cents() {
        let shown = |text| Usd::parse(text).map(|usd| (usd.micros(), usd.exactly(), usd.to_string()));
        let expected = |micros, exactly: &str, cents: &str| Some((micros, exactly.to_owned(), cents.to_owned()));
        assert_eq!(shown("0.0225"), expected(22_500, "0.0225", "0.02"));
        assert_eq!(shown("27.374999"), expected(27_374_999, "27.374999", "27.37"));
        assert_eq!(shown("27.375"), expected(27_375_000, "27.375", "27.38"));
        assert_eq!(shown("0.995"), expected(995_000, "0.995", "1.00"));
        assert_eq!(shown("5"), expected(5_000_000, "5", "5.00"));
    }

    #[test]
    fn what_is_no_exact_amount_is_refused() {
        for bad in ["", ".5", "5.", "-1", "+1", "1e3", "0.0000001", "inf", "1_000", "18446744073709551615"] {
            assert_eq!(Usd::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_share_of_an_amount_does_not_overflow() {
        let gigabyte = 1 << 30;
        assert_eq!(Usd::from_micros(30_000).share(3 << 29, gigabyte), Usd::from_micros(45_000));
        assert_eq!(Usd::from_micros(u64::MAX).share(u64::MAX, 1), Usd::from_micros(u64::MAX));
    }
}
