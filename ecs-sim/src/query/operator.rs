//! The operators, each with its two spellings.

use std::{cmp::Ordering, fmt};

/// An operator of the query language (Amazon ECS Developer Guide, "Cluster query language", table of operators, read
/// 2026-11-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the words of the query language")]
pub enum Operator {
    Equals,
    NotEquals,
    GreaterThan,
    GreaterThanEqual,
    LessThan,
    LessThanEqual,
    Exists,
    NotExists,
    In,
    NotIn,
    Matches,
    NotMatches,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 12] = [
        Self::Equals,
        Self::NotEquals,
        Self::GreaterThan,
        Self::GreaterThanEqual,
        Self::LessThan,
        Self::LessThanEqual,
        Self::Exists,
        Self::NotExists,
        Self::In,
        Self::NotIn,
        Self::Matches,
        Self::NotMatches,
    ];

    /// Its spellings: the one that is printed, and the other, which for `exists` and `in` is the same.
    pub const fn spellings(self) -> [&'static str; 2] {
        match self {
            Self::Equals => ["==", "equals"],
            Self::NotEquals => ["!=", "not_equals"],
            Self::GreaterThan => [">", "greater_than"],
            Self::GreaterThanEqual => [">=", "greater_than_equal"],
            Self::LessThan => ["<", "less_than"],
            Self::LessThanEqual => ["<=", "less_than_equal"],
            Self::Exists => ["exists", "exists"],
            Self::NotExists => ["!exists", "not_exists"],
            Self::In => ["in", "in"],
            Self::NotIn => ["!in", "not_in"],
            Self::Matches => ["=~", "matches"],
            Self::NotMatches => ["!~", "not_matches"],
        }
    }

    /// The operator of this spelling.
    pub fn of(spelling: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.spellings().contains(&spelling))
    }

    /// How it compares two values of a type that has an order, if it does.
    pub const fn comparison(self) -> Option<Comparison> {
        Some(match self {
            Self::Equals => Comparison::Equal,
            Self::NotEquals => Comparison::NotEqual,
            Self::GreaterThan => Comparison::Ordered(Order::Greater),
            Self::GreaterThanEqual => Comparison::Ordered(Order::GreaterEqual),
            Self::LessThan => Comparison::Ordered(Order::Less),
            Self::LessThanEqual => Comparison::Ordered(Order::LessEqual),
            Self::Exists | Self::NotExists | Self::In | Self::NotIn | Self::Matches | Self::NotMatches => {
                return None;
            }
        })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spellings()[0])
    }
}

/// How two values of a type that has an order are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants say what they mean")]
pub enum Comparison {
    Equal,
    NotEqual,
    Ordered(Order),
}

/// Which of two values is to be the greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants say what they mean")]
pub enum Order {
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

impl Comparison {
    /// Whether it holds of two values that stand to each other like this.
    pub const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Ordered(order) => order.holds(ordering),
        }
    }

    /// The operator that asks for it.
    pub const fn operator(self) -> Operator {
        match self {
            Self::Equal => Operator::Equals,
            Self::NotEqual => Operator::NotEquals,
            Self::Ordered(order) => order.operator(),
        }
    }
}

impl Order {
    /// Whether it holds of two values that stand to each other like this.
    pub const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Greater => ordering.is_gt(),
            Self::GreaterEqual => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::LessEqual => ordering.is_le(),
        }
    }

    /// The operator that asks for it.
    pub const fn operator(self) -> Operator {
        match self {
            Self::Greater => Operator::GreaterThan,
            Self::GreaterEqual => Operator::GreaterThanEqual,
            Self::Less => Operator::LessThan,
            Self::LessEqual => Operator::LessThanEqual,
        }
    }
}
