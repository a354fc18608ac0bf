//! Shards: each process takes the scopes that a hash gives it, so that nobody has to hand them out.
//!
//! The hash of a scope is the first eight bytes, big-endian, of the SHA-256 of `expressaudit/shard/v1`, a zero byte, and
//! `PARTITION/ACCOUNT/REGION`. Its remainder by the number of shards is the shard. No two shards share an account and Region, and so no
//! two share a limit of AWS's.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::model::Scope;

/// What is hashed before the scope. Another way to share would have another text here.
const DOMAIN: &[u8] = b"expressaudit/shard/v1\0";

/// One of several processes: shard 0, 1, … of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// No shard: the message fits after "cannot be a shard: ".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// It is not two numbers.
    #[error("expected I/N, such as 0/8: two whole numbers")]
    Malformed,
    /// There are no shards.
    #[error("there must be at least one shard")]
    None,
    /// The index is beyond the last one.
    #[error("of N shards the first is 0/N and the last (N-1)/N")]
    Beyond,
}

impl Shard {
    /// Shard `index`, from 0, of `count`.
    ///
    /// # Errors
    /// When there is no such shard.
    pub fn new(index: u32, count: u32) -> Result<Self, ShardError> {
        match count {
            0 => Err(ShardError::None),
            _ if index >= count => Err(ShardError::Beyond),
            _ => Ok(Self { index, count }),
        }
    }

    /// Whether it is this shard that reads the scope.
    #[must_use]
    pub fn holds(self, scope: &Scope) -> bool {
        hash(scope) % u64::from(self.count) == u64::from(self.index)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, count) = text.split_once('/').ok_or(ShardError::Malformed)?;
        let number = |text: &str| {
            let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_plain).ok_or(ShardError::Malformed)
        };
        Self::new(number(index)?, number(count)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

fn hash(scope: &Scope) -> u64 {
    let Scope { partition, account, region } = scope;
    let digest = Sha256::new().chain_update(DOMAIN).chain_update(format!("{partition}/{account}/{region}")).finalize();
    u64::from_be_bytes(std::array::from_fn(|place| digest[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(partition: &str, account: &str, region: &str) -> Scope {
        Scope { partition: partition.into(), account: account.into(), region: region.into() }
    }

    /// The vectors of the docs: whoever shares scopes in another language can hold to them.
    #[test]
    fn the_hash_is_the_documented_one() {
        let vectors = [
            ("aws", "123456789012", "us-east-1", 0x19ba_4e78_aead_5cb1_u64, 1, 5),
            ("aws", "123456789012", "eu-west-1", 0x5b53_18ca_5a7a_e09b_u64, 3, 71),
            ("aws", "000000000001", "ap-northeast-1", 0x862a_0d01_758b_0c2a_u64, 2, 50),
            ("aws-cn", "210987654321", "cn-north-1", 0x90db_5ffe_1055_a200_u64, 0, 40),
            ("aws-us-gov", "111122223333", "us-gov-west-1", 0xaebe_d341_5553_9261_u64, 1, 1),
        ];
        for (partition, account, region, expected, of_8, of_100) in vectors {
            let scope = scope(partition, account, region);
            assert_eq!(hash(&scope), expected, "{scope}");
            assert_eq!((expected % 8, expected % 100), (of_8, of_100), "{scope}");
            let [eight, hundred] = [(of_8, 8), (of_100, 100)].map(|(index, count)| Shard::from_str(&format!("{index}/{count}")));
            assert!(eight.is_ok_and(|shard| shard.holds(&scope)) && hundred.is_ok_and(|shard| shard.holds(&scope)));
        }
    }

    #[test]
    fn every_scope_is_in_exactly_one_shard() {
        for count in [1, 2, 7, 64] {
            let shards: Vec<Shard> = (0..count).map(|index| Shard::new(index, count).expect("a shard")).collect();
            for number in 0..200 {
                let scope = scope("aws", &format!("{number:012}"), "eu-west-1");
                assert_eq!(shards.iter().filter(|shard| shard.holds(&scope)).count(), 1, "{scope} of {count}");
            }
        }
    }

    #[test]
    fn a_shard_is_two_whole_numbers_of_which_the_first_is_less() {
        for (text, expected) in [
            ("0/1", Ok("0/1")),
            ("7/8", Ok("7/8")),
            ("8/8", Err(ShardError::Beyond)),
            ("0/0", Err(ShardError::None)),
            ("1", Err(ShardError::Malformed)),
            ("/8", Err(ShardError::Malformed)),
            ("+1/8", Err(ShardError::Malformed)),
            ("1/8/2", Err(ShardError::Malformed)),
            ("-1/8", Err(ShardError::Malformed)),
            ("99999999999/8", Err(ShardError::Malformed)),
        ] {
            assert_eq!(text.parse::<Shard>().map(|shard| shard.to_string()), expected.map(str::to_owned), "{text}");
        }
    }
}
