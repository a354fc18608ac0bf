//! Columns: the name, the type and where the value comes from, in one line each.

use std::io::Write;
use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::writer::SerializedRowGroupWriter;
use ::parquet::schema::types::{Type, TypePtr};

use crate::model::{Timestamp, Usd};

/// The decimals of an amount: it is exact to a millionth.
const DECIMALS: i32 = 6;
/// The digits of an amount: as many as eight bytes hold.
const DIGITS: i32 = 18;
/// The greatest amount of so many digits, in millionths.
const LARGEST_AMOUNT: u64 = 999_999_999_999_999_999;

/// A column of a table with rows `R`.
pub(super) struct Column<R> {
    name: &'static str,
    value: Value<R>,
}

/// Where a value comes from; what is not known is `None`, and null in the file. A list is never null.
enum Value<R> {
    Text(fn(&R) -> Option<String>),
    Texts(fn(&R) -> Vec<String>),
    /// In milliseconds, in UTC.
    Time(fn(&R) -> Option<Timestamp>),
    /// A decimal.
    Amount(fn(&R) -> Option<Usd>),
    Count(fn(&R) -> Option<u64>),
    Flag(fn(&R) -> Option<bool>),
}

impl<R> Column<R> {
    pub(super) fn text(name: &'static str, of: fn(&R) -> Option<String>) -> Self {
        Self { name, value: Value::Text(of) }
    }

    pub(super) fn texts(name: &'static str, of: fn(&R) -> Vec<String>) -> Self {
        Self { name, value: Value::Texts(of) }
    }

    pub(super) fn time(name: &'static str, of: fn(&R) -> Option<Timestamp>) -> Self {
        Self { name, value: Value::Time(of) }
    }

    pub(super) fn amount(name: &'static str, of: fn(&R) -> Option<Usd>) -> Self {
        Self { name, value: Value::Amount(of) }
    }

    pub(super) fn count(name: &'static str, of: fn(&R) -> Option<u64>) -> Self {
        Self { name, value: Value::Count(of) }
    }

    pub(super) fn flag(name: &'static str, of: fn(&R) -> Option<bool>) -> Self {
        Self { name, value: Value::Flag(of) }
    }

    /// Its type in the schema of the file.
    pub(super) fn field(&self) -> Result<TypePtr> {
        let of = |physical| Type::primitive_type_builder(self.name, physical).with_repetition(Repetition::OPTIONAL);
        let field = match self.value {
            Value::Text(_) => of(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)).build()?,
            Value::Texts(_) => list(self.name)?,
            Value::Time(_) => of(Physical::INT64).with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MILLIS))).build()?,
            Value::Amount(_) => {
                let decimal = of(Physical::INT64).with_precision(DIGITS).with_scale(DECIMALS);
                decimal.with_logical_type(Some(LogicalType::decimal(DECIMALS, DIGITS))).build()?
            }
            Value::Count(_) => of(Physical::INT64).build()?,
            Value::Flag(_) => of(Physical::BOOLEAN).build()?,
        };
        Ok(Arc::new(field))
    }

    /// Writes the values of these rows as the next column of the group.
    pub(super) fn write<W: Write + Send>(&self, rows: &[R], group: &mut SerializedRowGroupWriter<'_, W>) -> Result<()> {
        match self.value {
            Value::Text(of) => optional::<ByteArrayType, W>(rows.iter().map(|row| of(row).map(bytes)), group),
            Value::Texts(of) => lists(rows.iter().map(of), group),
            Value::Time(of) => optional::<Int64Type, W>(rows.iter().map(|row| of(row).map(milliseconds)), group),
            Value::Amount(of) => optional::<Int64Type, W>(rows.iter().map(|row| of(row).map(millionths)), group),
            Value::Count(of) => optional::<Int64Type, W>(rows.iter().map(|row| of(row).map(whole)), group),
            Value::Flag(of) => optional::<BoolType, W>(rows.iter().map(of), group),
        }
    }
}

/// A list of texts, in the three levels that Parquet's specification asks for.
fn list(name: &str) -> Result<Type> {
    let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String));
    let element = Arc::new(element.with_repetition(Repetition::REQUIRED).build()?);
    let repeated = Type::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![element]).build()?;
    let list = Type::group_type_builder(name).with_logical_type(Some(LogicalType::List)).with_repetition(Repetition::REQUIRED);
    list.with_fields(vec![Arc::new(repeated)]).build()
}

/// Values of which some are null: the level of these is 0.
fn optional<T: DataType, W: Write + Send>(
    values: impl Iterator<Item = Option<T::T>>,
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<()> {
    let (mut there, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        there.extend(value);
    }
    written::<T, W>(&there, &levels, None, group)
}

/// Lists, one after the other: the first text of each begins a row, and an empty one is a row of level 0.
fn lists<W: Write + Send>(lists: impl Iterator<Item = Vec<String>>, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<()> {
    let (mut there, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        levels.extend(if list.is_empty() { vec![0] } else { vec![1; list.len()] });
        repeats.extend((0..list.len().max(1)).map(|at| i16::from(at > 0)));
        there.extend(list.into_iter().map(bytes));
    }
    written::<ByteArrayType, W>(&there, &levels, Some(&repeats), group)
}

fn written<T: DataType, W: Write + Send>(
    values: &[T::T],
    levels: &[i16],
    repeats: Option<&[i16]>,
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<()> {
    let mut column = group.next_column()?.expect("the schema is made of the columns");
    column.typed::<T>().write_batch(values, Some(levels), repeats)?;
    column.close()
}

fn bytes(text: String) -> ByteArray {
    text.into_bytes().into()
}

fn milliseconds(at: Timestamp) -> i64 {
    at.unix_seconds() * 1_000 // no calendar reaches far enough for an overflow
}

fn millionths(amount: Usd) -> i64 {
    whole(amount.micros().min(LARGEST_AMOUNT))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
