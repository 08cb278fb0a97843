//! What things look like, by meaning; the themes themselves are files in `config/themes`.
//!
//! Colour is never the only carrier: every state has its word or sign beside it, and without
//! colour (`NO_COLOR`) a theme keeps its attributes. This module deliberately knows no screens.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A look for every meaning that the screens have.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    looks: [Style; Look::ALL.len()],
}

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Ordinary text.
    Text,
    /// Text that may be overlooked.
    Quiet,
    /// Titles and keys.
    Strong,
    /// Lines around things.
    Frame,
    /// The row or field that keys act upon.
    Selection,
    /// The bar at the top.
    Bar,
    /// A clock with time left.
    Running,
    /// A clock in its last part.
    Soon,
    /// A clock past its deadline.
    Overdue,
    /// Done in time, confirmed, acknowledged.
    Met,
    /// Done, but late.
    Late,
    /// Kept here, not confirmed by the server.
    Unsent,
    /// Refused, failed, not reached.
    Refused,
    /// Older than it should be.
    Stale,
    /// The next step.
    Next,
    /// A notice across the screen.
    Banner,
}

impl Look {
    /// Every meaning.
    pub const ALL: [Self; 16] = [
        Self::Text,
        Self::Quiet,
        Self::Strong,
        Self::Frame,
        Self::Selection,
        Self::Bar,
        Self::Running,
        Self::Soon,
        Self::Overdue,
        Self::Met,
        Self::Late,
        Self::Unsent,
        Self::Refused,
        Self::Stale,
        Self::Next,
        Self::Banner,
    ];
}

/// The names of the themes that come with the program, the default first.
pub const NAMES: [&str; 4] = ["dark", "light", "high-contrast", "colour-blind-safe"];

/// Why there is no such theme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("There is no theme \"{0}\". Choose dark, light, high-contrast or colour-blind-safe")]
    Unknown(String),
    /// The theme's file does not read.
    #[error("The theme does not read: {0}")]
    Unreadable(String),
}

impl Theme {
    /// The theme of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        let file = match name {
            "dark" => include_str!("../../config/themes/dark.toml"),
            "light" => include_str!("../../config/themes/light.toml"),
            "high-contrast" => include_str!("../../config/themes/high-contrast.toml"),
            "colour-blind-safe" => include_str!("../../config/themes/colour-blind-safe.toml"),
            _ => return Err(ThemeError::Unknown(name.to_owned())),
        };
        Self::parse(file)
    }

    /// A theme from the text of its file; a meaning that the file leaves out looks like text.
    ///
    /// # Errors
    /// If the text is not a theme.
    pub fn parse(file: &str) -> Result<Self, ThemeError> {
        let inks: BTreeMap<Look, Ink> =
            toml::from_str(file).map_err(|error| ThemeError::Unreadable(error.to_string()))?;
        let mut looks = [Style::new(); Look::ALL.len()];
        for (look, ink) in inks {
            looks[look as usize] = ink.style()?;
        }
        Ok(Self { looks })
    }

    /// The same theme with its attributes only, for `NO_COLOR`.
    #[must_use]
    pub fn without_colour(mut self) -> Self {
        for look in &mut self.looks {
            look.fg = None;
            look.bg = None;
        }
        for look in [Look::Selection, Look::Bar, Look::Banner] {
            self.looks[look as usize] = self.looks[look as usize].add_modifier(Modifier::REVERSED);
        }
        self
    }

    /// Whether it has attributes only.
    pub(super) fn is_colourless(&self) -> bool {
        self.looks
            .iter()
            .all(|look| look.fg.is_none() && look.bg.is_none())
    }

    /// The style of a meaning.
    pub fn style(&self, look: Look) -> Style {
        self.looks[look as usize]
    }
}

/// A look as a theme's file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ink {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Attribute {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
}

impl Ink {
    fn style(self) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        style.fg = self.fg.as_deref().map(colour).transpose()?;
        style.bg = self.bg.as_deref().map(colour).transpose()?;
        for attribute in self.attributes {
            style = style.add_modifier(match attribute {
                Attribute::Bold => Modifier::BOLD,
                Attribute::Dim => Modifier::DIM,
                Attribute::Italic => Modifier::ITALIC,
                Attribute::Underlined => Modifier::UNDERLINED,
                Attribute::Reversed => Modifier::REVERSED,
            });
        }
        Ok(style)
    }
}

fn colour(name: &str) -> Result<Color, ThemeError> {
    name.parse()
        .map_err(|_| ThemeError::Unreadable(format!("\"{name}\" is not a colour")))
}
