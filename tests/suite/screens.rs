//! Scenes: what the console looks like when it has been brought there by keys.
//!
//! Each scene is drawn at 80x24 and 120x40 and compared with its picture in `screenshots/`.
//! `UPDATE_SCREENSHOTS=1` writes the pictures anew: look at them before you commit them.

use crate::support::browser::Browser;
use crate::support::case::DPO;
use crate::support::console::{Console, Line, reference_night};
use crate::support::svg;
use nightdesk::tui::message::Message;
use nightdesk::tui::theme::{self, Look, Theme};
use ratatui::style::Color;
use std::fs;
use std::path::{Path, PathBuf};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn scene(name: &str, reach: impl FnOnce(&mut Console)) {
    let mut console = Console::on(reference_night());
    reach(&mut console);
    pictures(name, &mut console);
}

#[track_caller]
pub(crate) fn pictures(name: &str, console: &mut Console) {
    for (width, height) in SIZES {
        picture(&format!("{name}-{width}x{height}"), console, width, height);
    }
}

#[track_caller]
fn picture(name: &str, console: &mut Console, width: u16, height: u16) {
    if std::env::var_os("SHOW_SCREENS").is_some() {
        let text = console.screen(width, height);
        fs::write(std::env::temp_dir().join(format!("{name}.txt")), text).unwrap();
    }
    let drawn = svg::render(&console.drawn(width, height));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("screenshots")
        .join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &drawn).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "{name} looks different; UPDATE_SCREENSHOTS=1 writes it anew. It now reads:\n{}",
        console.screen(width, height)
    );
}

#[test]
fn board() {
    scene("board", |_| {});
}

#[test]
fn board_without_a_link() {
    scene("disconnected", |console| {
        console.press("Down Down a");
        console.line = Line::Down;
        console.press("Home Down a");
        console.tell(Message::Lost(
            "The server cannot be reached: connection refused".to_owned(),
        ));
        console.then_at("2026-06-13 02:16");
    });
}

#[test]
fn board_filtered() {
    scene("filter", |console| {
        console.press("/").type_text("due<4h");
    });
}

#[test]
fn board_under_a_saved_filter() {
    scene("saved-filter", |console| {
        let filters = [("night", "owner:me"), ("soon", "due<4h")];
        let filters = filters.map(|(name, text)| (name.to_owned(), text.to_owned()));
        console.app.know_filters(filters.into());
        console.press("/ Tab Enter");
    });
}

#[test]
fn board_with_marks() {
    scene("marks", |console| {
        console.press("Down Space Space Space");
    });
}

#[test]
fn overview() {
    scene("overview", |console| {
        console.press("G Up Enter");
    });
}

#[test]
fn contacts() {
    scene("contacts", |console| {
        console.press("G Up Enter 2");
    });
}

#[test]
fn partners() {
    scene("partners", |console| {
        console.press("G Up Enter 3");
    });
}

#[test]
fn grades() {
    scene("grade", |console| {
        console.press("G Up Enter 4");
    });
}

/// Declared major, it asks for the host to be called (WSIC-CALL). The Work tab is not drawn here: it
/// shows the beginning of an identity that is another one each time.
#[test]
fn major_incident() {
    scene("major", |console| {
        console
            .press("G Up m Right Tab")
            .type_text("Every partner is hit")
            .press("F2 Enter");
    });
}

#[test]
fn timeline() {
    scene("timeline", |console| {
        console.press("G Up Enter t");
    });
}

#[test]
fn log_form() {
    scene("log", |console| {
        console.press("N").type_text("Laptop left on the night bus");
        console
            .press("Tab")
            .type_text("A community nurse left her laptop on the N29; it was locked");
        console.press("Tab").type_text("fri 18:30").press("Tab");
        console.type_text("oakdene").press("Enter");
    });
}

#[test]
fn grade_form() {
    scene("grade-form", |console| {
        console.press("s Up Up Up Right Right Right");
    });
}

#[test]
fn triage_form() {
    scene("triage", |console| {
        console.press("T").type_text("lost device").press("Enter");
        console.press("Right Right").press("Tab Tab Tab Tab Tab");
        console.type_text("queens").press("Enter Tab");
    });
}

#[test]
fn finding_an_option() {
    scene("find", |console| {
        console.press("G Up i Tab Tab").type_text("voicmail");
    });
}

#[test]
fn call_sheet() {
    scene("inform", |console| {
        console.press("G Up i");
    });
}

#[test]
fn escalate_form() {
    scene("escalate", |console| {
        console.press("G Up e Right");
    });
}

#[test]
fn partner_notice() {
    scene("notify", |console| {
        console.press("G Up p");
    });
}

#[test]
fn people() {
    scene("people", |console| {
        console.press("A");
    });
}

#[test]
fn palette() {
    scene("palette", |console| {
        console.press(":").type_text("part");
    });
}

#[test]
fn help() {
    scene("help", |console| {
        console.press("?");
    });
}

#[test]
fn handover() {
    scene("handover", |console| {
        console.press("H");
    });
}

#[test]
fn report() {
    let theme = Theme::named("dark").unwrap();
    let mut console = Console::of(DPO, reference_night(), theme);
    console.press("R Tab Tab Tab Tab");
    pictures("report", &mut console);
}

#[test]
fn alarms() {
    scene("alarms", |console| {
        console.press("! a Up Up Up Up Up s Down Enter");
    });
}

/// Nobody has said that they know, and nobody is told any more.
#[test]
fn alarms_that_nobody_answers() {
    let mut server = reference_night();
    let mut raised = server.alarms().swap_remove(8);
    assert!(raised.unanswered(server.now));
    server.received.insert(raised.alarm.id, raised);
    let mut console = Console::on(server);
    // What is selected has the colour of that.
    console.press("! Down");
    pictures("alarms-unanswered", &mut console);
}

#[test]
fn test_message() {
    scene("test-message", |console| {
        console.press("D 4 t");
    });
}

/// What this machine works out by itself is said to be that.
#[test]
fn alarms_without_a_server() {
    scene("alarms-local", |console| {
        console.line = Line::Down;
        console.tell(Message::Lost(
            "The server cannot be reached: connection refused".to_owned(),
        ));
        console.then_at("2026-06-13 02:16").press("!");
    });
}

#[test]
fn search() {
    scene("search", |console| {
        console.press("S").type_text("state:open from:2026-06-01");
        console.press("Enter Down");
    });
}

#[test]
fn outbox() {
    scene("outbox", |console| {
        console.line = Line::Down;
        console
            .press("a Down n")
            .type_text("Called back, nobody there");
        console.press("F2 L");
    });
}

#[test]
fn leaving_with_unsent_actions_asks() {
    scene("quit", |console| {
        console.line = Line::Down;
        console.press("a q");
    });
}

#[test]
fn every_theme_and_no_colour() {
    let themes = [
        ("light", Theme::named("light").unwrap()),
        ("high-contrast", Theme::named("high-contrast").unwrap()),
        (
            "colour-blind-safe",
            Theme::named("colour-blind-safe").unwrap(),
        ),
        ("no-colour", Theme::named("dark").unwrap().without_colour()),
    ];
    for (name, theme) in themes {
        let mut console = Console::with_theme(reference_night(), theme);
        picture(&format!("theme-{name}-120x40"), &mut console, 120, 40);
    }
}

#[test]
fn a_terminal_that_is_too_small_says_what_is_needed() {
    let mut console = Console::on(reference_night());
    picture("too-small-50x12", &mut console, 50, 12);
}

#[test]
fn directory_gaps() {
    scene("directory", |console| {
        console.press("D");
    });
}

#[test]
fn directory_roles() {
    scene("directory-roles", |console| {
        console.press("D 2 Down Down Down");
    });
}

#[test]
fn directory_rota() {
    scene("directory-rota", |console| {
        console.press("D 3 Down Down");
    });
}

#[test]
fn directory_contacts() {
    scene("directory-contacts", |console| {
        console.press("D 4 Down");
    });
}

#[test]
fn directory_registers() {
    scene("directory-registers", |console| {
        console.press("D 5");
    });
}

#[test]
fn directory_changes() {
    let mut console = of_an_accountable_officer();
    console.press("D 2 Down Down Down Down Enter");
    pictures("directory-changes", &mut console);
}

/// Riverbourne's, who decides who holds which role there.
fn of_an_accountable_officer() -> Console {
    let theme = Theme::named("dark").unwrap();
    Console::of("leopold.swanscombe", reference_night(), theme)
}

#[test]
fn directory_form() {
    let mut console = of_an_accountable_officer();
    console.press("D 2 Down Down Down Down a Tab Tab m Tab Tab Tab Right");
    pictures("directory-appoint", &mut console);
}

/// Without their spaces the columns of a picture fall together, and browsers differ in what keeps them.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_the_spaces_of_a_picture() {
    let browser = Browser::start().await;
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots/board-120x40.svg");
    browser.open(&format!("file://{}", picture.display())).await;
    let spaces = "return [...document.querySelectorAll('text')].map(text => getComputedStyle(text).whiteSpace)";
    let kept = browser.says(spaces).await;
    let kept = kept.as_array().unwrap();
    assert!(kept.len() > 50, "{}", kept.len());
    assert!(kept.iter().all(|kept| kept == "pre"), "{kept:?}");
}

// What a theme's colours come to

/// The sixteen named colours as most terminals show them.
const NAMED: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

fn rgb(colour: Color, otherwise: (u8, u8, u8)) -> (u8, u8, u8) {
    let named = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    if let Some(place) = named.iter().position(|known| *known == colour) {
        return NAMED[place];
    }
    match colour {
        Color::Indexed(place @ 0..16) => NAMED[usize::from(place)],
        Color::Indexed(place @ 16..232) => {
            let step = |value: u8| if value == 0 { 0 } else { 55 + value * 40 };
            let place = place - 16;
            (step(place / 36), step(place / 6 % 6), step(place % 6))
        }
        Color::Indexed(place) => {
            let grey = 8 + (place - 232) * 10;
            (grey, grey, grey)
        }
        _ => otherwise,
    }
}

fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// Text has the contrast that the accessibility regulations ask for, 4.5 to 1; lines around things 3 to 1.
#[test]
fn every_state_is_legible_in_every_theme() {
    for name in theme::NAMES {
        let theme = Theme::named(name).unwrap();
        let ground = rgb(theme.style(Look::Text).bg.unwrap_or_default(), (0, 0, 0));
        for look in Look::ALL {
            let style = theme.style(look);
            let ink = rgb(style.fg.unwrap_or_default(), (229, 229, 229));
            let under = rgb(style.bg.unwrap_or_default(), ground);
            let (one, other) = (luminance(ink), luminance(under));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            let least = if look == Look::Frame { 3.0 } else { 4.5 };
            assert!(contrast >= least, "{name}, {look:?}: {contrast:.1}");
        }
    }
}
