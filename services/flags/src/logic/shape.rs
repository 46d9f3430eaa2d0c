//! What flagd's schema says of each operation's operands (flagd-schemas, targeting.json). A rule that breaks it can be
//! evaluated all the same, so it is doubted, not impossible.

/// How many operands an operation takes, and whether one may stand without a list around it.
pub(crate) struct Shape {
    pub least: usize,
    pub most: usize,
    pub bare: bool,
}

/// The shape of an operation's operands; `None` for what flagd does not know, though JsonLogic does.
pub(crate) fn shape(name: &str) -> Option<Shape> {
    let (least, most, bare) = match name {
        "var" => (0, 2, true),
        "missing" => (0, usize::MAX, false),
        "missing_some" => (2, 2, false),
        "!" | "!!" => (1, 1, true),
        "==" | "===" | "!=" | "!==" | ">" | ">=" | "%" | "/" => (2, 2, false),
        "map" | "filter" | "all" | "none" | "some" | "in" => (2, 2, false),
        "starts_with" | "ends_with" => (2, 2, false),
        "substr" | "<" | "<=" => (2, 3, false),
        "reduce" | "sem_ver" => (3, 3, false),
        "*" => (2, usize::MAX, false),
        "if" | "or" | "and" | "+" | "-" | "max" | "min" | "merge" | "cat" | "fractional" => {
            (1, usize::MAX, false)
        }
        _ => return None,
    };
    Some(Shape { least, most, bare })
}

impl Shape {
    /// What is wrong with so many operands, in words.
    pub(crate) fn fault(&self, name: &str, count: usize, is_list: bool) -> Option<String> {
        if !is_list && !self.bare {
            return Some(format!("The operands of \"{name}\" stand in a list."));
        }
        if (self.least..=self.most).contains(&count) {
            return None;
        }
        Some(match (self.least, self.most) {
            (least, most) if least == most => format!("\"{name}\" takes {least} operands, not {count}."),
            (least, usize::MAX) => format!("\"{name}\" takes at least {least} operands, not {count}."),
            (least, most) => format!("\"{name}\" takes {least} to {most} operands, not {count}."),
        })
    }
}
