//! Where each kind stands on a map, and which kinds Express Mode joins.

use crate::model::Kind;

pub(super) const BOX: (usize, usize) = (152, 72);
const GAP: (usize, usize) = (26, 30);
const MARGIN: usize = 18;

/// The columns of a map; its rows depend on who holds what.
const COLUMNS: usize = 6;

/// Kinds that Express Mode joins, from what a request meets first.
pub(super) const JOINED: [(Kind, Kind); 12] = [
    (Kind::SecurityGroup, Kind::LoadBalancer),
    (Kind::Certificate, Kind::Listener),
    (Kind::LoadBalancer, Kind::Listener),
    (Kind::Listener, Kind::ListenerRule),
    (Kind::ListenerRule, Kind::TargetGroup),
    (Kind::TargetGroup, Kind::Service),
    (Kind::ScalingPolicy, Kind::ScalableTarget),
    (Kind::ScalableTarget, Kind::Service),
    (Kind::Alarm, Kind::Service),
    (Kind::Cluster, Kind::Service),
    (Kind::Service, Kind::TaskDefinition),
    (Kind::TaskDefinition, Kind::LogGroup),
];

/// A place in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub column: usize,
    pub row: usize,
}

impl Place {
    pub(super) fn of(kind: Kind) -> Self {
        let (column, row) = match kind {
            Kind::SecurityGroup => (0, 0),
            Kind::Certificate => (1, 0),
            Kind::ScalingPolicy => (3, 0),
            Kind::ScalableTarget => (4, 0),
            Kind::Cluster => (5, 0),
            Kind::LoadBalancer => (0, 1),
            Kind::Listener => (1, 1),
            Kind::ListenerRule => (2, 1),
            Kind::TargetGroup => (3, 1),
            Kind::Service => (4, 1),
            Kind::TaskDefinition => (5, 1),
            Kind::Alarm => (4, 2),
            Kind::LogGroup => (5, 2),
        };
        Self { column, row }
    }

    /// The places in their order, with a row between for those who hold something.
    pub(super) fn nth(n: usize) -> Self {
        Self { column: n % COLUMNS, row: n / COLUMNS * 2 }
    }

    /// Where those stand that hold what is here on a whole map: in the next row of the column that is free and nobody else's.
    pub(super) fn of_holder(self) -> Self {
        let has_alarm_or_logs_below = self.column > 3;
        let row = match self.row {
            0 => 3,
            1 if !has_alarm_or_logs_below => 2,
            1 => 4,
            _ => 5,
        };
        Self { row, ..self }
    }

    pub(super) fn below(self) -> Self {
        Self { row: self.row + 1, ..self }
    }

    pub(super) fn left(self) -> usize {
        MARGIN + self.column * (BOX.0 + GAP.0)
    }

    pub(super) fn top(self) -> usize {
        MARGIN / 2 + self.row * (BOX.1 + GAP.1)
    }

    fn middle(self) -> usize {
        self.top() + BOX.1 / 2
    }

    fn centre(self) -> usize {
        self.left() + BOX.0 / 2
    }

    /// The path of a line to another place: straight where the two are neighbours, and else through the gap beside them.
    pub(super) fn line_to(self, other: Self) -> String {
        if self.row == other.row {
            let (first, second) = if self.column < other.column { (self, other) } else { (other, self) };
            return format!("M{} {}H{}", first.left() + BOX.0, first.middle(), second.left());
        }
        let (upper, lower) = if self.row < other.row { (self, other) } else { (other, self) };
        if self.column == other.column && lower.row - upper.row == 1 {
            return format!("M{} {}V{}", upper.centre(), upper.top() + BOX.1, lower.top());
        }
        let gap = upper.left() - GAP.0 / 2;
        if self.column == other.column {
            return format!("M{} {}H{gap}V{}H{}", lower.left(), lower.middle(), upper.middle(), upper.left());
        }
        format!("M{} {}H{gap}V{}H{}", upper.left(), upper.middle(), lower.top() + BOX.1 / 4, gap - GAP.0 / 2)
    }
}

/// The width of a map.
pub(super) fn width() -> usize {
    Place { column: COLUMNS, row: 0 }.left() - GAP.0 + MARGIN
}

/// The height of a map with so many rows.
pub(super) fn height(rows: usize) -> usize {
    Place { column: 0, row: rows }.top() - GAP.1 + MARGIN / 2
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_stand_in_one_place_and_each_is_joined() {
        let places: BTreeSet<Place> = Kind::ALL.into_iter().map(Place::of).collect();
        assert_eq!(places.len(), Kind::ALL.len());
        let joined: BTreeSet<Kind> = JOINED.into_iter().flat_map(|(a, b)| [a, b]).collect();
        assert_eq!(joined.len(), Kind::ALL.len());
    }

    #[test]
    fn whoever_holds_something_has_a_place_of_his_own() {
        let places = Kind::ALL.into_iter().map(Place::of).flat_map(|place| [place, place.of_holder()]);
        assert_eq!(places.collect::<BTreeSet<Place>>().len(), 2 * Kind::ALL.len());
    }

    #[test]
    fn a_line_runs_between_its_boxes() {
        let line = |a, b| Place::of(a).line_to(Place::of(b));
        assert_eq!(line(Kind::LoadBalancer, Kind::Listener), "M170 147H196");
        assert_eq!(line(Kind::Listener, Kind::LoadBalancer), "M170 147H196");
        assert_eq!(line(Kind::Certificate, Kind::Listener), "M272 81V111");
        assert_eq!(line(Kind::Cluster, Kind::Service), "M908 45H895V129H882");
        let listener = Place::of(Kind::Certificate);
        assert_eq!(listener.of_holder().line_to(listener), "M196 351H183V45H196");
    }
}
