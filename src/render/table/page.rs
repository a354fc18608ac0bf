//! The page that the sections write on: its width, its colours, and the one place where text becomes harmless.
//! The layout is comfy-table's; the colours are ours, because its own depend on the environment.

use std::{io, iter};

use comfy_table::{Cell as Laid, ColumnConstraint, ContentArrangement, ContentLineStyle, Table, TableStyle, Width};

use super::TableOptions;
use crate::model::Severity;
use crate::render::escape::harmless;

/// Stands between two cells until they are coloured. No text has it: it is a control character.
const SEAM: char = '\u{1f}';

/// Between two columns, and before the first column of a table.
const GAP: &str = "  ";

/// Before what is left of a text that wraps.
const HANGING: &str = "    ";
const HANGING_WIDTH: u16 = 4;

/// On a narrower page the columns would have no room at all.
const LEAST_WIDTH: u16 = 60;

/// How a piece of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Cyan,
    Green,
}

impl Ink {
    /// Grave is red; worth knowing is dim.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Red,
            Severity::Medium => Self::Yellow,
            Severity::Low => Self::Cyan,
            Severity::Info => Self::Dim,
        }
    }

    /// The parameters of the SGR sequence, where there is one.
    fn sgr(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Red => Some("1;31"),
            Self::Yellow => Some("33"),
            Self::Cyan => Some("36"),
            Self::Green => Some("32"),
        }
    }
}

/// What stands in one column of a row: lines of text in one ink. Each line wraps by itself.
pub(super) struct Cell {
    lines: Vec<String>,
    ink: Ink,
}

impl Cell {
    /// A cell of one line.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { lines: vec![text.into()], ink: Ink::Plain }
    }

    /// A cell of several lines.
    pub(super) fn of_lines(lines: Vec<String>) -> Self {
        Self { lines, ink: Ink::Plain }
    }

    /// The same cell with a further line.
    pub(super) fn and(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The same cell in this ink.
    pub(super) fn ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }
}

/// The page.
pub(super) struct Page<'a> {
    out: &'a mut dyn io::Write,
    width: u16,
    colour: bool,
}

impl<'a> Page<'a> {
    /// An empty page.
    pub(super) fn new(options: TableOptions, out: &'a mut dyn io::Write) -> Self {
        Self { out, width: options.width.max(LEAST_WIDTH), colour: options.colour }
    }

    /// How many columns of the terminal a table has.
    pub(super) fn room(&self) -> u16 {
        self.width.saturating_sub(2)
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A text across the page, wrapped. Only its own first line begins at the margin, so that no name in it can pretend to be another one.
    pub(super) fn text(&mut self, ink: Ink, text: impl Into<String>) -> io::Result<()> {
        self.lines(["", HANGING], &[self.width - HANGING_WIDTH], &[Cell::new(text).ink(ink)])
    }

    /// The title of a section, after an empty line.
    pub(super) fn title(&mut self, title: impl Into<String>) -> io::Result<()> {
        self.blank()?;
        self.text(Ink::Bold, title)
    }

    /// The names of the columns, and a rule under them.
    pub(super) fn header(&mut self, columns: &[u16], names: &[&str]) -> io::Result<()> {
        let names: Vec<Cell> = names.iter().map(|name| Cell::new(*name).ink(Ink::Bold)).collect();
        self.row(columns, &names)?;
        let width = span(columns);
        self.row(&[width], &[Cell::new("─".repeat(width.into())).ink(Ink::Dim)])
    }

    /// One row of a table: cells, each wrapped within its column.
    pub(super) fn row(&mut self, columns: &[u16], cells: &[Cell]) -> io::Result<()> {
        self.lines([GAP, GAP], columns, cells)
    }

    /// Writes the lines of one row, the first with the first indent.
    fn lines(&mut self, [first, further]: [&str; 2], columns: &[u16], cells: &[Cell]) -> io::Result<()> {
        let indents = iter::once(first).chain(iter::repeat(further));
        for (line, indent) in laid_out(columns, cells).lines().zip(indents) {
            let parts: Vec<String> = line.split(SEAM).zip(cells).map(|(part, cell)| self.painted(part, cell.ink)).collect();
            let line = format!("{indent}{}", parts.join(GAP));
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// The text in its ink; the blanks around it stay plain.
    fn painted(&self, part: &str, ink: Ink) -> String {
        let text = part.trim_matches(' ');
        match ink.sgr().filter(|_| self.colour && !text.is_empty()) {
            None => part.to_owned(),
            Some(sgr) => part.replacen(text, &format!("\x1b[{sgr}m{text}\x1b[0m"), 1),
        }
    }
}

/// How wide columns are together, with the gaps between them.
pub(super) fn span(columns: &[u16]) -> u16 {
    let gaps = GAP.len().saturating_mul(columns.len().saturating_sub(1));
    columns.iter().copied().fold(u16::try_from(gaps).unwrap_or(u16::MAX), u16::saturating_add)
}

/// How wide the widest of the texts is when it is shown: a CJK character takes two columns.
pub(super) fn widest<'t>(texts: impl IntoIterator<Item = &'t str>) -> u16 {
    let mut table = Table::new();
    table.add_rows(texts.into_iter().map(|text| [harmless(text)]));
    table.column_max_content_widths().first().copied().unwrap_or(0)
}

/// The row as comfy-table lays it out, with a seam between its cells.
fn laid_out(columns: &[u16], cells: &[Cell]) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().content_lines(ContentLineStyle::none().junction(SEAM)));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::MAX);
    table.add_row(cells.iter().map(|cell| {
        let lines: Vec<_> = cell.lines.iter().map(|line| harmless(line)).collect();
        Laid::new(lines.join("\n"))
    }));
    for (column, width) in table.column_iter_mut().zip(columns) {
        column.set_padding((0, 0)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(*width)));
    }
    table
}
