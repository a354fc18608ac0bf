//! Points in time. The library never asks a clock: `now` is always an argument.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, to the second, written as RFC 3339 in UTC (`2026-11-23T00:00:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The time that many seconds after 1970-01-01T00:00:00Z; beyond what a calendar can name it is clamped.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let (least, most) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        Self(seconds.clamp(least, most))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 time such as `2026-11-23T00:00:00Z`; a fraction of a second is dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_second()))
    }

    /// How long ago `earlier` was, as seen from this time; zero if it was not before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0).try_into().unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_second(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{time}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("expected an RFC 3339 time, found {text:?}")))
    }
}

/// A length of time for a person: `45 s`, `12 min`, `3 h`, `9 days`.
#[must_use]
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Reads `90s`, `15m`, `2h` or `1d`; a bare number is not accepted, since its unit would be a guess.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_without_a_fraction() {
        let time = Timestamp::parse("2026-11-23T09:00:00.75+09:00").expect("a time");
        assert_eq!(time.to_string(), "2026-11-23T00:00:00Z");
    }

    #[test]
    fn nothing_is_before_the_beginning() {
        let (early, late) = (Timestamp::from_unix_seconds(100), Timestamp::from_unix_seconds(160));
        assert_eq!(late.since(early).as_secs(), 60);
        assert_eq!(early.since(late).as_secs(), 0);
    }

    #[test]
    fn a_time_beyond_the_calendar_is_clamped_and_still_prints() {
        assert!(Timestamp::from_unix_seconds(i64::MAX).to_string().starts_with("9999-"));
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(parse_duration("15m"), Some(Duration::from_mins(15)));
        assert_eq!(parse_duration("1d"), Some(Duration::from_hours(24)));
        for bad in ["15", "m", "", "-1m", "1.5h", "15 m", "1é", "99999999999999999999d"] {
            assert_eq!(parse_duration(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn lengths_are_spoken_in_the_unit_a_person_would_use() {
        let said: Vec<_> = [119, 120, 7_199, 7_200, 172_799, 172_800].map(|s| spoken(Duration::from_secs(s))).into();
        assert_eq!(said, ["119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]);
    }
}
