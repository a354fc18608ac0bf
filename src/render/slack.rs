//! Slack: a Block Kit message within Slack's limits, to be posted by a webhook. This program posts nothing.

use std::io;

use serde::Serialize;

use super::escape::harmless;
use super::groups::{groups, placed_heading, standing};
use super::json;
use super::outline::sections;
use super::words::{Headline, ending, no_room, with_cost};
use crate::model::{Finding, Report};

/// Slack takes so many blocks of a message.
const BLOCKS: usize = 50;

/// Slack takes so many characters of a header.
const HEADER: usize = 150;

/// Slack takes so many characters of a section's text.
const SECTION: usize = 3_000;

/// Slack refuses longer messages (`msg_blocks_too_long`) from about 13,000 characters on, which it documents nowhere
/// (slackapi/bolt-js#2509).
const MESSAGE: usize = 12_000;

/// So much of the message findings may take.
const FINDINGS: Room = Room { blocks: 30, characters: 8_000 };

/// So much is kept for the last section.
const END: Room = Room { blocks: 1, characters: 400 };

/// A longer line is cut, so that a section has room for it below its title.
const LINE: usize = 1_000;

/// So many rows of a table beside the findings are shown; the rest is counted.
const ROWS: usize = 10;

/// Writes the report as `{"blocks": […]}`: the verdict, the findings by service, what stands beside them, and how much had no room.
///
/// All of it is plain text, in which Slack sees no mention, link or emoji.
///
/// # Errors
///
/// What the writer fails with.
pub fn slack(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    json::write(&Message { blocks: blocks(report) }, out)
}

#[derive(Serialize)]
struct Message {
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct Block {
    #[serde(rename = "type")]
    what: &'static str,
    text: TextObject,
}

#[derive(Serialize)]
struct TextObject {
    #[serde(rename = "type")]
    what: &'static str,
    text: String,
    emoji: bool,
}

impl Block {
    /// `text` is escaped, and has room.
    fn new(what: &'static str, text: String) -> Self {
        Self { what, text: TextObject { what: "plain_text", text, emoji: false } }
    }
}

fn blocks(report: &Report) -> Vec<Block> {
    let headline = Headline::of(report);
    let mut blocks = vec![Block::new("header", escaped(&headline.verdict, HEADER))];
    let about: Vec<String> = headline.lines().map(|line| escaped(line, SECTION / 5)).collect();
    blocks.push(Block::new("section", about.join("\n")));

    let (found, findings_left_out) = fitting(&findings(report), FINDINGS);
    blocks.extend(found);
    let used: usize = blocks.iter().map(|block| length(&block.text.text)).sum();
    let room = Room { blocks: BLOCKS - blocks.len() - END.blocks, characters: MESSAGE - used - END.characters };
    let (beside, rows_left_out) = fitting(&beside(report), room);
    blocks.extend(beside);

    let left_out = no_room(findings_left_out, rows_left_out, "of what stands beside the findings");
    let end: Vec<String> = left_out.into_iter().chain([escaped(&ending(report), END.characters / 2)]).collect();
    blocks.push(Block::new("section", end.join("\n")));
    blocks
}

/// How many blocks and how many characters.
#[derive(Clone, Copy)]
struct Room {
    blocks: usize,
    characters: usize,
}

/// Lines under a title, escaped. Of some only the number is known.
struct List {
    title: String,
    lines: Vec<String>,
    more: usize,
}

fn findings(report: &Report) -> Vec<List> {
    let list = |group: &Vec<&Finding>| {
        let first = group.first()?;
        let line = |finding: &&Finding| {
            escaped(&format!("• {}, {}: {}", finding.claim.code(), standing(report, finding), with_cost(finding, finding.message())), LINE)
        };
        Some(List { title: escaped(&placed_heading(report, first), LINE), lines: group.iter().map(line).collect(), more: 0 })
    };
    groups(&report.findings).iter().filter_map(list).collect()
}

fn beside(report: &Report) -> Vec<List> {
    let lists = sections(report).into_iter().map(|section| {
        let line = |row: &Vec<String>| {
            let cells: Vec<&str> = row.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
            escaped(&format!("• {}", cells.join(", ")), LINE)
        };
        let lines = section.rows.iter().take(ROWS).map(line).collect();
        List { title: escaped(&section.title, LINE), lines, more: section.rows.len().saturating_sub(ROWS) }
    });
    lists.collect()
}

/// The first lines that have room, and how many have none.
fn fitting(lists: &[List], room: Room) -> (Vec<Block>, usize) {
    let (mut texts, mut left_out, mut used): (Vec<String>, usize, usize) = (Vec::new(), 0, 0);
    let mut is_full = false;
    for List { title, lines, more } in lists {
        left_out += more;
        let mut is_open = false;
        for line in lines {
            let grown = if is_open { texts.last().map_or(0, |text| length(text)) + 1 + length(line) } else { usize::MAX };
            if !is_full && grown <= SECTION && used + 1 + length(line) <= room.characters {
                used += 1 + length(line);
                texts.iter_mut().last().into_iter().for_each(|text| text.extend(["\n", line]));
                continue;
            }
            let begun = format!("{title}\n{line}");
            is_full |= texts.len() == room.blocks || used + length(&begun) > room.characters;
            if is_full {
                left_out += 1;
            } else {
                used += length(&begun);
                texts.push(begun);
                is_open = true;
            }
        }
    }
    (texts.into_iter().map(|text| Block::new("section", text)).collect(), left_out)
}

/// As Slack counts: characters of UTF-16.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text without what acts, at most so long, with the three characters that Slack wants escaped.
fn escaped(text: &str, most: usize) -> String {
    let text = harmless(text);
    let mut safe = String::with_capacity(text.len());
    let mut room = most;
    let mut escape = [0; 4];
    for char in text.chars() {
        let shown = match char {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &*char.encode_utf8(&mut escape),
        };
        // One is kept for the sign that something was cut.
        match room.checked_sub(length(shown)).filter(|rest| *rest > 0) {
            Some(rest) => room = rest,
            None => return safe + "…",
        }
        safe.push_str(shown);
    }
    safe
}

#[cfg(test)]
mod tests;
