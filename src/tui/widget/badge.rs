//! A state as a sign and a word in its look, because colour alone says nothing.

use crate::tui::theme::{Look, Theme};
use ratatui::text::Span;

/// A state as it is shown: the sign where there is little room, the word where there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    /// One column wide.
    pub sign: &'static str,
    /// The state as a word.
    pub word: &'static str,
    /// Its look.
    pub look: Look,
}

impl Badge {
    /// A badge.
    pub const fn new(sign: &'static str, word: &'static str, look: Look) -> Self {
        Self { sign, word, look }
    }

    /// Sign and word.
    pub fn full(self, theme: &Theme) -> Span<'static> {
        Span::styled(
            format!("{} {}", self.sign, self.word),
            theme.style(self.look),
        )
    }

    /// The sign only; a screen that uses it explains it in its help.
    pub fn short(self, theme: &Theme) -> Span<'static> {
        Span::styled(self.sign, theme.style(self.look))
    }
}
